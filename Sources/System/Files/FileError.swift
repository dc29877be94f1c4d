import SystemPackage

/// A file or folder that cannot be used, as one line that begins with its path.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  /// What is wrong and, where it is not plain, what to do.
  public let message: String
  /// Another process has the file for itself.
  public let isInUse: Bool
  /// The file is not as it was written, or not all of it is there; whatever belongs to something else is
  /// whole.
  public let isDamaged: Bool

  public init(_ path: String, _ message: String, isInUse: Bool = false, isDamaged: Bool = false) {
    self.path = path
    self.message = message
    self.isInUse = isInUse
    self.isDamaged = isDamaged
  }

  /// A system call's failure: `path: cannot be written: No space left on device`.
  init(_ path: String, _ message: String, _ reason: Errno, isInUse: Bool = false) {
    self.init(path, "\(message): \(reason)", isInUse: isInUse)
  }

  /// A C function's failure.
  ///
  /// - Parameter code: the system's `errno`.
  public init(_ path: String, _ message: String, code: Int32) {
    self.init(path, message, Errno(rawValue: code))
  }

  /// Another module's error about the file, which may begin with its path already.
  public init(_ path: String, _ error: any Error) {
    let text = "\(error)"
    self.init(path, text.hasPrefix("\(path): ") ? String(text.dropFirst(path.count + 2)) : text)
  }

  public var description: String { "\(path): \(message)" }
}
