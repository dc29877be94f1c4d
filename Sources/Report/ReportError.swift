/// A run that cannot be reported, or a report that cannot be written.
public struct ReportError: Error, Equatable, CustomStringConvertible, Sendable {
  public let path: String
  public let message: String

  public init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
