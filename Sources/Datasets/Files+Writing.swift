import Glibc

extension Files {
  /// Whether a folder can be filled: nothing is at the path, or a folder without entries.
  static func isAbsentOrEmptyFolder(_ path: String) throws(DatasetError) -> Bool {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return true }
      if errno == ENOTDIR { return false }
      throw failure(path)
    }
    defer { closedir(folder) }
    var entries = 0
    // Every folder holds "." and "..".
    while readdir(folder) != nil { entries += 1 }
    return entries <= 2
  }

  /// Creates a folder and those above it.
  static func makeFolder(_ path: String) throws(DatasetError) {
    var above = path.hasPrefix("/") ? "/" : ""
    for step in path.split(separator: "/") {
      above += step + "/"
      guard mkdir(above, 0o777) == 0 || isFolder(above) else { throw failure(path) }
    }
  }

  /// Writes a new file.
  static func write(_ bytes: [UInt8], to path: String) throws(DatasetError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let problem = failure(path)
        close(descriptor)
        throw problem
      }
      rest = rest.dropFirst(count)
    }
    guard close(descriptor) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> DatasetError {
    DatasetError(.invalid, path, "cannot be written: " + String(cString: strerror(errno)))
  }
}
