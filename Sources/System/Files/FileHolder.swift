import Glibc

/// A process of this machine that has the system's lock of a file, as proc(5), `/proc/locks`, lists it.
public struct FileHolder: Equatable, Sendable, CustomStringConvertible {
  public let process: Int32
  /// Its program's name; empty where /proc hides it.
  public let program: String
  /// When it began, by this machine's clock; nil where /proc hides it.
  private let since: String?

  /// Who may write to the file or keeps others from writing; nil where nobody does, or where one cannot see
  /// from here: on another machine, in another container.
  public init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0,
      let locks = try? FileSystem.readText("/proc/locks")
    else { return nil }
    let file = Self.name(status.st_dev, status.st_ino)
    // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:395 0 EOF
    let holders = locks.split(separator: "\n").compactMap { line -> Int32? in
      let fields = line.split(separator: " ").filter { $0 != "->" }
      return fields.count > 5 && fields[5] == file ? Int32(fields[4]) : nil
    }
    guard let process = holders.first(where: { $0 > 0 && $0 != getpid() }) else { return nil }
    self.process = process
    program =
      (try? FileSystem.readText("/proc/\(process)/comm")).map { String($0.prefix { $0 != "\n" }) }
      ?? ""
    since = FileSystem.modificationTime("/proc/\(process)").map(LockRecord.text(of:))
  }

  /// Such as `process 4711 (python3) on node3 since 2026-03-01 09:00:00 UTC`.
  public var description: String {
    "process \(process)\(program.isEmpty ? "" : " (\(program))") on \(ProcessIdentity.own.host)"
      + (since.map { " since \($0)" } ?? "")
  }

  /// `MAJOR:MINOR:INODE`, the first two as two hexadecimal digits or more (Linux, `fs/locks.c`).
  private static func name(_ device: dev_t, _ inode: ino_t) -> String {
    func digits(_ number: UInt64) -> String {
      let text = String(number, radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    let number = UInt64(device)
    let major = number >> 8 & 0xFFF | number >> 32 & ~0xFFF
    let minor = number & 0xFF | number >> 12 & ~0xFF
    return "\(digits(major)):\(digits(minor)):\(inode)"
  }
}
