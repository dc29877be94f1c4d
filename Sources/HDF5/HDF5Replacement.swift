import Glibc

/// Puts a file in place all at once: written beside its target, made durable, then renamed, so
/// that nobody ever sees half of it and the old one stays until the new one is whole.
///
/// Write `temporaryPath`, close it, `synchronize()`, verify it, `commit()`. Without `commit()` the
/// temporary file is removed.
public struct HDF5Replacement: ~Copyable, Sendable {
  public let path: String
  /// In the same folder, since a rename does not cross file systems.
  public var temporaryPath: String { path + ".partial" }

  private var isCommitted = false

  public init(of path: String) {
    self.path = path
  }

  /// Waits until the temporary file's content is on the medium.
  public func synchronize() throws(HDF5Error) {
    try HDF5Replacement.synchronize(temporaryPath, O_RDONLY)
  }

  /// Renames the temporary file to the target and makes the rename durable.
  public consuming func commit() throws(HDF5Error) {
    let path = self.path
    let temporaryPath = self.temporaryPath
    guard rename(temporaryPath, path) == 0 else {
      throw HDF5Replacement.failure("rename", path)
    }
    isCommitted = true
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    try HDF5Replacement.synchronize(folder, O_RDONLY | O_DIRECTORY)
  }

  deinit {
    if !isCommitted { unlink(temporaryPath) }
  }

  private static func synchronize(_ path: String, _ flags: Int32) throws(HDF5Error) {
    let descriptor = open(path, flags)
    guard descriptor >= 0 else { throw failure("open", path) }
    defer { Glibc.close(descriptor) }
    // File systems without durable folders answer EINVAL, which is no loss of data.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("fsync", path) }
  }

  private static func failure(_ call: String, _ path: String) -> HDF5Error {
    CallSite(filePath: path).error(
      .refused, call, "\(call) failed: \(String(cString: strerror(errno)))")
  }
}
