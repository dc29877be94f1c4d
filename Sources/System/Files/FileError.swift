import SystemPackage

/// A file or folder that cannot be used, as one line that begins with its path.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  /// What is wrong and, where it is not plain, what to do.
  public let message: String
  /// Another process has the file for itself.
  public let isInUse: Bool
  /// What the file holds is not what was once written to it.
  public let isDamage: Bool

  public init(
    _ path: String, _ message: String, isInUse: Bool = false, isDamage: Bool = false
  ) {
    self.path = path
    self.message = message
    self.isInUse = isInUse
    self.isDamage = isDamage
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
  public init(_ path: String, _ error: any Error, isDamage: Bool = false) {
    let text = "\(error)"
    self.init(
      path, text.hasPrefix("\(path): ") ? String(text.dropFirst(path.count + 2)) : text,
      isDamage: isDamage)
  }

  public var description: String { "\(path): \(message)" }
}
