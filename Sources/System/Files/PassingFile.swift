import Glibc

/// The name of a file for a moment, which no other process uses: it is gone with this value, also when a
/// signal ends the process; who takes the lock of the folder removes what a killed one left.
public struct PassingFile: ~Copyable {
  public let path: String

  /// - Parameter name: what the file's name begins with.
  public init(in folder: String, named name: String) {
    path = TemporaryName.path(for: "\(folder)/\(name)")
    OwnedFiles.add(path)
  }

  deinit {
    unlink(path)
    OwnedFiles.drop(path)
  }

  /// Puts a text there, whole and on the medium.
  public borrowing func write(_ text: String) throws(FileError) {
    try write(Array(text.utf8))
  }

  public borrowing func write(_ bytes: [UInt8]) throws(FileError) {
    do throws(FileError) {
      try FileSystem.replaceDurably(path, with: bytes)
    } catch {
      // Its name means nothing to anybody.
      throw FileError(FileSystem.folder(of: path), "a file \(error.message)")
    }
  }

  /// Whether the system's own locks (flock(2)) work on the file, which is there.
  public borrowing func takesSystemLocks() -> Bool {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_EX | LOCK_NB) == 0
  }
}
