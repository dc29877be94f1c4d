import Glibc
import SystemPackage

/// A text file that grows by whole lines and is never rewritten.
///
/// Opened again after a crash, it first drops a last line that was cut off, so that every line
/// stays whole.
public final class LineFile: Sendable {
  public let path: String
  private let file: FileDescriptor

  /// Opens `path` for appending, and makes it if it does not exist. Only the owner of its folder's
  /// `LockFile` may.
  public init(path: String) throws(FileError) {
    self.path = path
    do {
      file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw FileError(path, "cannot be opened", FileSystem.reason(error))
    }
    try dropTornLine()
  }

  deinit { try? file.close() }

  /// Writes `line` and a line feed, in one call while the system takes it whole.
  public func append(_ line: String) throws(FileError) {
    do {
      _ = try file.writeAll((line + "\n").utf8)
    } catch {
      throw FileError(path, "cannot be written to", FileSystem.reason(error))
    }
  }

  /// Waits until all lines are on the medium.
  public func synchronize() throws(FileError) {
    try FileReplacement.synchronize(file.rawValue, path)
  }

  private func dropTornLine() throws(FileError) {
    var end = lseek(file.rawValue, 0, SEEK_END)
    let whole = end
    var byte: UInt8 = 0
    while end > 0, pread(file.rawValue, &byte, 1, end - 1) == 1, byte != UInt8(ascii: "\n") {
      end -= 1
    }
    guard end == whole || ftruncate(file.rawValue, end) == 0 else {
      throw FileError(path, "cannot be shortened", FileSystem.lastReason)
    }
  }
}
