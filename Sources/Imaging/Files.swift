internal import Glibc

/// A file open for reading.
struct InputFile: ~Copyable {
  private let descriptor: Int32
  private let path: String

  init(path: String) throws(ImagingError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ImagingError(.unreadable, path: path, reason: "cannot be opened: \(systemError())")
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

/// Writes beside `path` and renames.
func writeAtomically(_ bytes: [UInt8], to path: String) throws(ImagingError) {
  let temporary = "\(path).\(getpid()).part"
  guard let problem = write(bytes, to: temporary) ?? failure(rename(temporary, path)) else {
    return
  }
  unlink(temporary)
  throw ImagingError(.unwritable, path: path, reason: "cannot be written: \(problem)")
}

/// Creates the file; what went wrong, or nil.
private func write(_ bytes: [UInt8], to path: String) -> String? {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { return systemError() }
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else {
      let problem = systemError()
      close(descriptor)
      return problem
    }
    rest = rest.dropFirst(count)
  }
  return failure(close(descriptor))
}

private func failure(_ status: Int32) -> String? {
  status == 0 ? nil : systemError()
}

private func systemError() -> String {
  String(cString: strerror(errno))
}
