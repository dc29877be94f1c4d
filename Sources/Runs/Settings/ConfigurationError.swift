/// A setting that cannot be used, as one line that names the flag and what it takes.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String
  /// The command line is no sentence of this program, whatever it asks for.
  public let isUsage: Bool

  public init(_ description: String, isUsage: Bool = false) {
    self.description = description
    self.isUsage = isUsage
  }
}
