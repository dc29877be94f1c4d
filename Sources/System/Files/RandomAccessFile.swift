import Glibc

/// A file of which any number of threads read parts at once, each where it wants (pread(2)).
public struct RandomAccessFile: ~Copyable, Sendable {
  public let path: String
  private let descriptor: Int32

  public init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, "cannot be opened", FileSystem.lastReason) }
  }

  deinit { close(descriptor) }

  /// So many bytes from `offset` on.
  ///
  /// - Throws: `FileError`, `isDamaged` where the file ends before.
  public func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, failure == nil {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
          off_t(offset + filled))
        if got > 0 { filled += got }
        if got < 0, errno != EINTR {
          failure = FileError(path, "cannot be read", FileSystem.lastReason)
        }
        if got == 0 {
          failure = FileError(path, "is shorter than it says; copy it anew", isDamaged: true)
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
