/// What of a run's `log.txt` says how it stands: the last warning or error, and whether it was stopped before
/// it told anything.
struct RunLogTail: Equatable {
  private(set) var warning: String?
  private(set) var error: String?
  private(set) var isStopped = false
  private(set) var isBegun = false

  /// Takes a line over, such as `12:03:44 warning …`; lines without time and level, as `launch/supervise`
  /// writes them, count as begun only.
  mutating func take(line: String) {
    isBegun = true
    let parts = line.split(separator: " ", maxSplits: 2)
    guard parts.count == 3, parts[0].count == 8, parts[0].contains(":") else { return }
    let text = String(parts[2])
    switch parts[1] {
    case "warning": warning = text
    case "error", "critical": (warning, error) = (text, text)
    default: isStopped = text.hasPrefix("stopped ")
    }
  }
}
