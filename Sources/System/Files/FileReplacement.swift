import Glibc
import SystemPackage

/// Puts a file in place all at once: written beside its target, made durable, then renamed, so
/// that nobody ever sees half of it and the old one stays until the new one is whole.
///
/// Write `temporaryPath`, close it, `synchronize()`, verify it, `commit()`. Without `commit()` the
/// temporary file is removed, also when a signal ends the process.
public struct FileReplacement: ~Copyable, Sendable {
  public let path: String
  /// In the same folder, since a rename does not cross file systems. Its name says whose it is.
  public let temporaryPath: String

  private var isCommitted = false

  public init(of path: String) {
    self.path = path
    temporaryPath = TemporaryName.path(for: path)
    OwnedFiles.add(temporaryPath)
  }

  /// Waits until the temporary file's content is on the medium.
  public func synchronize() throws(FileError) {
    try Self.synchronize(temporaryPath, O_RDONLY, named: path)
  }

  /// Renames the temporary file to the target and makes the rename durable.
  ///
  /// - Parameter previous: what the file that was there is called from now on, in the same folder; it
  ///   goes first, so that at every moment one of the two names stands for a whole file.
  public consuming func commit(keeping previous: String? = nil) throws(FileError) {
    let folder = FileSystem.folder(of: path)
    if let previous, FileSystem.exists(path), Glibc.rename(path, previous) != 0 {
      throw FileError(previous, "cannot be put in place", FileSystem.lastReason)
    }
    let target = path
    try rename()
    try Self.synchronize(folder, O_RDONLY | O_DIRECTORY, named: target)
  }

  /// Renames the temporary file to the target, for what may be lost with the machine.
  consuming func rename() throws(FileError) {
    guard Glibc.rename(temporaryPath, path) == 0 else {
      throw FileError(path, "cannot be put in place", FileSystem.lastReason)
    }
    isCommitted = true
  }

  deinit {
    if !isCommitted { unlink(temporaryPath) }
    OwnedFiles.drop(temporaryPath)
  }

  /// - Parameter name: of the file it is done for, for messages.
  static func synchronize(
    _ path: String, _ flags: Int32, named name: String
  ) throws(FileError) {
    let descriptor = open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(name, "cannot be made durable", FileSystem.lastReason)
    }
    defer { close(descriptor) }
    try synchronize(descriptor, name)
  }

  /// - Parameter path: for messages.
  static func synchronize(_ descriptor: Int32, _ path: String) throws(FileError) {
    // File systems without durable folders answer EINVAL, which is no loss of data.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileError(path, "cannot be made durable", FileSystem.lastReason)
    }
  }
}
