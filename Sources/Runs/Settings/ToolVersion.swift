/// The version of this program, as `switch-dist --version` and every checkpoint tell it.
public let toolVersion = "0.1.0"
