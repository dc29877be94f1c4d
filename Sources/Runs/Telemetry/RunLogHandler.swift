import Files
internal import Glibc
public import Logging

/// Prints `HH:MM:SS level message` (local time) on the console and into the run folder's log.
///
/// Made with `Logger.forRun`; nothing is registered globally.
public struct RunLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  private let console: Console
  private let file: LineFile?

  public init(console: Console, file: LineFile?, logLevel: Logger.Level) {
    self.console = console
    self.file = file
    self.logLevel = logLevel
  }

  public func log(event: LogEvent) {
    var text = "\(event.message)"
    let details = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in details.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
    let time = Self.timeOfDay()
    // Details differ from other lines only in where they appear.
    let shown = max(event.level, .info)
    // A terminal has the live line for what the log file has in detail.
    if event.level > .debug || !(console.isQuiet || console.isInteractive) {
      console.write(line: Self.line(time, shown, text, color: console.usesColor))
    }
    do {
      try file?.append(Self.line(time, shown, text, color: false))
    } catch {
      console.write(line: "\(time) warning the log file misses a line: \(error)")
    }
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  static func line(
    _ time: String, _ level: Logger.Level, _ text: String, color: Bool
  ) -> String {
    guard color else { return "\(time) \(level) \(text)" }
    let start =
      switch level {
      case .critical, .error: "\u{1B}[31m"
      case .warning: "\u{1B}[33m"
      default: ""
      }
    let end = start.isEmpty ? "" : "\u{1B}[0m"
    return "\u{1B}[2m\(time)\u{1B}[0m \(start)\(level) \(text)\(end)"
  }

  private static func timeOfDay() -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    return clockText(hours: Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
  }
}

extension Logger {
  /// The log of one rank of a run: rank 0 tells everything, at `debug` level what a quiet console
  /// leaves out; the others only errors.
  ///
  /// - Parameter file: the run folder's `log.txt`, on rank 0.
  public static func forRun(rank: Int, console: Console, file: LineFile? = nil) -> Logger {
    Logger(label: "switch-dist") { _ in
      RunLogHandler(
        console: console, file: rank == 0 ? file : nil, logLevel: rank == 0 ? .debug : .error)
    }
  }
}
