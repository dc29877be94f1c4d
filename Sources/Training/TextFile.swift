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

  private static func failure(_ path: String) -> CheckpointError {
    CheckpointError(path, "the file cannot be written: \(String(cString: strerror(errno)))")
  }
}
