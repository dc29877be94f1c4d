import Glibc

/// What stands in a lock file: who made it, and when.
struct LockRecord: Codable, Equatable, Sendable {
  var owner: ProcessIdentity
  /// By the owner's clock, for people.
  var since: String

  init(owner: ProcessIdentity = .own) {
    self.owner = owner
    since = Self.now()
  }

  /// Nil for what is no record, such as one that is being written.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let record = try? JSON.value(LockRecord.self, of: text) else { return nil }
    self = record
  }

  func bytes(at path: String) throws(FileError) -> [UInt8] {
    do {
      return Array((try JSON.text(of: self) + "\n").utf8)
    } catch {
      throw FileError(path, error)
    }
  }

  /// Such as `process 4711 on node3 since 2026-03-01 09:00:00 UTC`.
  var description: String { "process \(owner.process) on \(owner.host) since \(since)" }

  private static func now() -> String { text(of: Glibc.time(nil)) }

  /// Seconds since 1970 of what `text(of:)` made.
  static func time(of text: String) -> Int? {
    let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
    guard numbers.count == 6 else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
    return timegm(&parts)
  }

  /// Such as `2026-03-01 09:00:00 UTC`.
  static func text(of time: Int) -> String {
    var seconds = time
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%d %H:%M:%S UTC", &parts)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
