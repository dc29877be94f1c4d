import Files
internal import Glibc

/// `events.out.tfevents.<seconds>.<host>.<process>.<n>`: TensorBoard finds the files of a run by the
/// start of their names and reads them in the order of their names.
enum EventFileName {
  private static let prefix = "events.out.tfevents."

  /// - Parameter number: tells files of one process and second apart.
  static func make(seconds: Int, number: Int) -> String {
    var host = [CChar](repeating: 0, count: 256)
    let isKnown = gethostname(&host, host.count - 1) == 0
    let text = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "\(prefix)\(seconds).\(isKnown ? text : "localhost").\(getpid()).\(number)"
  }

  /// Now, or the second after the newest file's: a resumed run's file follows, also when it runs on
  /// a host whose clock is behind.
  static func nextSecond(in folder: String) -> Int {
    max(time(nil), ((FileSystem.names(in: folder) ?? []).compactMap(seconds).max() ?? 0) + 1)
  }

  private static func seconds(_ name: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    // Ten digits, as TensorBoard's own: longer ones are not seconds.
    let digits = name.dropFirst(prefix.count).prefix { $0 != "." }
    return digits.count <= 10 ? Int(digits) : nil
  }
}
