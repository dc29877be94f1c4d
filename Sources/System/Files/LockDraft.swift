import Glibc

/// A lock file that has not got its name yet, whole and on the medium.
struct LockDraft: ~Copyable {
  private let temporaryPath: String
  private let record: [UInt8]
  /// When it was written, by the clock of the file system, in seconds since 1970.
  let time: Int

  init(for path: String, _ record: [UInt8]) throws(FileError) {
    let temporaryPath = TemporaryName.path(for: path)
    self.temporaryPath = temporaryPath
    self.record = record
    OwnedFiles.add(temporaryPath)
    do throws(FileError) {
      guard try FileSystem.createAtOnce(temporaryPath, record) else {
        throw FileError(path, "cannot be locked: \(temporaryPath) is in the way; remove it")
      }
      time = FileSystem.modificationTime(temporaryPath) ?? 0
    } catch {
      unlink(temporaryPath)
      OwnedFiles.drop(temporaryPath)
      throw FileError(path, "the lock cannot be made: \(error.message)")
    }
  }

  deinit {
    unlink(temporaryPath)
    OwnedFiles.drop(temporaryPath)
  }

  /// Gives the file its name unless there is one of that name.
  ///
  /// - Returns: whether it has it.
  borrowing func link(to path: String) throws(FileError) -> Bool {
    if Glibc.link(temporaryPath, path) == 0 { return true }
    let reason = errno
    // Over a network the answer to a success may be lost, and the question be asked again.
    if FileSystem.identity(path) == FileSystem.identity(temporaryPath) { return true }
    switch reason {
    case EEXIST: return false
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      // A file system without links.
      return try FileSystem.createAtOnce(path, record)
    default: throw FileError(path, "the lock cannot be made", code: reason)
    }
  }

  /// Puts it in the place of the lock that is there.
  borrowing func replace(_ path: String) throws(FileError) {
    guard rename(temporaryPath, path) == 0 else {
      throw FileError(path, "the lock cannot be taken over", code: errno)
    }
  }
}
