internal import Glibc

/// An event file that cannot be made or written.
public struct EventFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file or its folder.
  public let path: String
  /// The system's `errno`.
  public let code: Int32

  init(_ path: String, code: Int32 = errno) {
    self.path = path
    self.code = code
  }

  public var description: String {
    "\(path): TensorBoard's files cannot be written there: \(String(cString: strerror(code)))"
      + (isInTheWay ? "; move what lies there out of the way" : "")
  }

  /// Something else has the name of the folder.
  private var isInTheWay: Bool { code == ENOTDIR }
}
