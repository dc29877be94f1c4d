internal import Files
internal import Glibc

/// A file open for reading.
struct InputFile: ~Copyable {
  private let descriptor: Int32
  private let path: String

  init(path: String) throws(ImagingError) {
    self.path = path
    let kind = FileSystem.kindOfNoFile(path)
    descriptor = kind == nil ? open(path, O_RDONLY | O_CLOEXEC) : -1
    guard descriptor >= 0 else {
      let reason = kind.map { "is \($0), not a file" } ?? "cannot be opened: \(systemError())"
      throw ImagingError(.unreadable, path: path, reason: reason)
    }
  }

  deinit { close(descriptor) }

  /// The next bytes, fewer than `limit` at the end of the file.
  func read(upTo limit: Int) throws(ImagingError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit, 256 * 1024))
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
      if count == 0 { break }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw ImagingError(.unreadable, path: path, reason: "cannot be read: \(systemError())")
      }
      bytes.append(contentsOf: chunk[0..<count])
    }
    return bytes
  }
}

/// Puts a file in place whole.
func write(_ bytes: [UInt8], to path: String) throws(ImagingError) {
  do {
    try FileSystem.replace(path, with: bytes)
  } catch {
    throw ImagingError(.unwritable, path: path, reason: error.message)
  }
}

private func systemError() -> String { String(cString: strerror(errno)) }
