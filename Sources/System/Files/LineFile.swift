import Glibc
import SystemPackage

/// A text file that grows by whole lines and is never rewritten.
///
/// Opened again after a crash, it first drops a last line that was cut off, so that every line
/// stays whole.
public final class LineFile: Sendable {
  public let path: String
  private let file: FileDescriptor

  /// Opens `path` for appending, and makes it if it does not exist.
  ///
  /// - Parameter isExclusive: whether nobody else may have it open in this way, which the system
  ///   keeps up to the end of the process; a file system without locks grants it unseen.
  /// - Throws: `FileError` with `isInUse` where somebody else has it.
  public init(path: String, isExclusive: Bool = false) throws(FileError) {
    self.path = path
    do {
      file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw FileError(path, "cannot be opened", FileSystem.reason(error))
    }
    if isExclusive { try lock() }
    try dropTornLine()
  }

  private func lock() throws(FileError) {
    var result: Int32
    repeat { result = flock(file.rawValue, LOCK_EX | LOCK_NB) } while result != 0 && errno == EINTR
    guard result == 0 || [ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL].contains(errno) else {
      throw FileError(
        path, "cannot be locked", FileSystem.lastReason, isInUse: errno == EWOULDBLOCK)
    }
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
