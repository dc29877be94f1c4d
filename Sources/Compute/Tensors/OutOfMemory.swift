import Glibc

/// The end of a process that gets no memory where nobody could go on without.
enum OutOfMemory {
  /// Says so in one line; the launcher ends the other ranks.
  static func end(lacking bytes: Int) -> Never {
    let line =
      "error: out of memory: \(bytes >> 20) MiB more could not be had; raise the limit (ulimit -v, the "
      + "batch system's memory), or use a smaller --batch-size, --precision bf16 or more ranks\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(1)
  }
}
