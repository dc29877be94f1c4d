import Glibc

/// The little file access that data sets need.
enum Files {
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// What tells one file or folder from all others on this machine; the path itself where it is gone.
  static func identity(_ path: String) -> String {
    var status = stat()
    return stat(path, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : path
  }

  /// All bytes of a file, of which there may be at most `limit`.
  static func read(_ path: String, limit: Int) throws(DatasetError) -> [UInt8] {
    guard size(path) <= limit else {
      throw DatasetError(.invalid, path, "\(size(path)) bytes are more than the limit of \(limit)")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DatasetError(.missing, path, String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: min(max(size(path) + 1, 1 << 12), 1 << 20))
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw DatasetError(.damaged, path, String(cString: strerror(errno)))
      }
      guard count > 0 else { return bytes }
      bytes += block[..<count]
    }
  }

  /// The last step of a path.
  static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
