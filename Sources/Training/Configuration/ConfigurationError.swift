/// A setting that cannot be used, as one line that names the flag and what it takes.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
