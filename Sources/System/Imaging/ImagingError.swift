/// Why an image could not be read or written; `description` is one line for people.
public struct ImagingError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    case unreadable
    /// Neither a PNG nor a JPEG.
    case unknownFormat
    /// A form of its format that is not read.
    case unsupported
    /// Nobody can tell what the values mean.
    case ambiguous
    case truncated
    case damaged
    case tooLarge
    case unwritable
    case outOfMemory
  }

  public var kind: Kind
  /// The file, where the image came from or went to one.
  public var path: String?
  /// What is wrong and what to do about it.
  public var reason: String

  public init(_ kind: Kind, path: String? = nil, reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  public var description: String {
    guard let path else { return reason }
    return "\(path): \(reason)"
  }

  func at(_ path: String) -> ImagingError {
    ImagingError(kind, path: path, reason: reason)
  }
}
