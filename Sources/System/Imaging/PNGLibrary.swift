internal import CPNG

/// The libpng library in use.
public enum PNGLibrary {
  /// Such as `1.6.39`.
  public static var version: String { String(cString: cpng_version()) }
}
