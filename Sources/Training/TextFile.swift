import Glibc

/// Small text files of a run, put in place whole.
enum TextFile {
  static func write(_ text: String, to path: String) throws(CheckpointError) {
    let temporary = path + ".partial"
    guard let file = fopen(temporary, "w") else { throw failure(path) }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count, rename(temporary, path) == 0 else {
      unlink(temporary)
      throw failure(path)
    }
  }

  /// The whole text of a file.
  static func read(_ path: String) throws(CheckpointError) -> String {
    guard let file = fopen(path, "r") else {
      throw CheckpointError(path, "cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = fread(&block, 1, block.count, file)
      guard count > 0 else { break }
      bytes += block[..<count]
    }
    guard ferror(file) == 0 else { throw CheckpointError(path, "cannot be read to its end") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func failure(_ path: String) -> CheckpointError {
    CheckpointError(path, "the file cannot be written: \(String(cString: strerror(errno)))")
  }
}
