internal import Glibc

/// A text file that grows by whole lines and is never rewritten.
///
/// Opened again after a crash, it first drops a last line that was cut off, so that every line
/// stays whole.
public final class LineFile: Sendable {
  public let path: String
  private let descriptor: Int32

  /// Opens `path` for appending, and makes it if it does not exist.
  ///
  /// - Parameter isExclusive: whether nobody else may have it open in this way, which the system
  ///   keeps up to the end of the process; a file system without locks grants it unseen.
  /// - Throws: `TelemetryError` with `isInUse` where somebody else has it.
  public init(path: String, isExclusive: Bool = false) throws(TelemetryError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw TelemetryError(path: path, action: "open", code: errno) }
    if isExclusive { try lock() }
    try dropTornLine()
  }

  private func lock() throws(TelemetryError) {
    var result: Int32
    repeat { result = flock(descriptor, LOCK_EX | LOCK_NB) } while result != 0 && errno == EINTR
    guard result == 0 || [ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL].contains(errno) else {
      throw TelemetryError(path: path, action: "lock", code: errno)
    }
  }

  deinit { close(descriptor) }

  /// Writes `line` and a line feed, in one call while the system takes it whole.
  public func append(_ line: String) throws(TelemetryError) {
    let bytes = Array((line + "\n").utf8)
    let written = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    guard written else { throw TelemetryError(path: path, action: "write to", code: errno) }
  }

  private func dropTornLine() throws(TelemetryError) {
    var end = lseek(descriptor, 0, SEEK_END)
    let whole = end
    var byte: UInt8 = 0
    while end > 0, pread(descriptor, &byte, 1, end - 1) == 1, byte != UInt8(ascii: "\n") {
      end -= 1
    }
    guard end == whole || ftruncate(descriptor, end) == 0 else {
      throw TelemetryError(path: path, action: "shorten", code: errno)
    }
  }
}

/// A log or metrics file that cannot be opened or written.
public struct TelemetryError: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  public let action: String
  /// The system's `errno`.
  public let code: Int32

  /// Another process has the file for itself.
  public var isInUse: Bool { action == "lock" && code == EWOULDBLOCK }

  public var description: String {
    "cannot \(action) \(path): \(String(cString: strerror(code)))"
  }
}

/// Writes all bytes, going on after interruptions.
///
/// - Returns: false with `errno` set when the system refuses.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}
