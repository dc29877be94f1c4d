internal import Digests
import Glibc

/// Which process of which machine something belongs to, so that another can find out whether it is still
/// there.
struct ProcessIdentity: Codable, Equatable, Sendable {
  /// The name of the machine, for people.
  var host: String
  /// What tells machines of one name apart; empty where the system has nothing.
  var machine: String
  /// Differs from one start of the machine to the next.
  var boot: String
  /// In which process numbers mean the same: containers have others.
  var processSpace: String
  var process: Int32
  /// When the process began, in ticks since the start of the machine: numbers are used again.
  var start: UInt64

  private enum CodingKeys: String, CodingKey {
    case host, machine, boot
    case processSpace = "process_space"
    case process, start
  }

  /// This process.
  static let own = ProcessIdentity(
    host: hostName(), machine: line("/etc/machine-id"),
    boot: line("/proc/sys/kernel/random/boot_id"), processSpace: target("/proc/self/ns/pid"),
    process: getpid(), start: runningSince(getpid()) ?? 0)

  enum Presence: Equatable {
    case running
    /// With the reason, such as "it has ended".
    case gone(String)
    /// Nobody can tell from here.
    case unknown
  }

  /// Whether another process is still there, as this one sees it.
  func presence(of other: ProcessIdentity) -> Presence {
    if !boot.isEmpty && other.boot == boot {
      guard other.processSpace == processSpace else { return .unknown }
      return other.isRunning ? .running : .gone("it has ended")
    }
    let isSameMachine = !machine.isEmpty && other.machine == machine && other.host == host
    return isSameMachine ? .gone("its machine was started anew") : .unknown
  }

  private var isRunning: Bool {
    if let began = Self.runningSince(process) { return began == start }
    // Where /proc hides the processes of others, they can still be asked for.
    return kill(process, 0) != 0 && errno == EPERM
  }

  // MARK: In names of files

  /// `HOST-PLACE-PROCESS-START`, where the place stands for what process numbers belong to.
  var tag: String { "\(host)-\(place)-\(process)-\(start)" }

  /// Whether a tag at the end of a text is that of a process that was here and has ended; nil where the
  /// text ends in no tag, or in one from elsewhere that cannot be judged.
  func hasEnded(taggedAtTheEndOf text: some StringProtocol) -> Bool? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, let start = UInt64(parts[parts.count - 1]),
      let process = Int32(parts[parts.count - 2]), parts[parts.count - 3] == place
    else { return nil }
    var other = self
    (other.process, other.start) = (process, start)
    return presence(of: other) != .running
  }

  /// Whether a text ends in a tag.
  static func isTagged(atTheEndOf text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count >= 4 && UInt64(parts[parts.count - 1]) != nil
      && Int32(parts[parts.count - 2]) != nil
      && parts[parts.count - 3].count == placeDigits
      && parts[parts.count - 3].allSatisfy(\.isHexDigit)
  }

  private var place: String {
    var fingerprint = Fingerprint64()
    Array("\(boot) \(processSpace)".utf8).withUnsafeBytes { fingerprint.update($0) }
    let digits = String(UInt32(truncatingIfNeeded: fingerprint.value), radix: 16)
    return String(repeating: "0", count: Self.placeDigits - digits.count) + digits
  }

  private static let placeDigits = 8

  // MARK: What the system says

  private static func hostName() -> String {
    var bytes = [CChar](repeating: 0, count: 65)
    guard gethostname(&bytes, bytes.count - 1) == 0 else { return "unknown" }
    let name = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    // A name is part of files' names; the standard allows letters, digits, hyphens and dots.
    let plain = String(decoding: name, as: UTF8.self).map { character in
      character.isASCII && (character.isLetter || character.isNumber || "-.".contains(character))
        ? character : "_"
    }
    return plain.isEmpty ? "unknown" : String(plain)
  }

  private static func line(_ path: String) -> String {
    guard let text = try? FileSystem.readText(path) else { return "" }
    return String(text.prefix { !$0.isNewline })
  }

  private static func target(_ link: String) -> String {
    var bytes = [CChar](repeating: 0, count: 256)
    let count = readlink(link, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Field 22 of `/proc/PROCESS/stat`; nil where there is no such process any more.
  private static func runningSince(_ process: Int32) -> UInt64? {
    let text = line("/proc/\(process)/stat")
    // The second field is a name in parentheses, with whatever in it.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[end...].split(separator: " ").dropFirst()
    // A process that waits for its parent to hear of its end does nothing any more.
    guard fields.count > 19, let state = fields.first, !["Z", "X"].contains(state) else {
      return nil
    }
    return UInt64(fields[fields.startIndex + 19])
  }
}
