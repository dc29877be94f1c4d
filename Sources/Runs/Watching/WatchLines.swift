import Telemetry

/// What is watched, as lines for files and pipes: one where a run's state or phase changes, it was evaluated,
/// or a minute has gone.
package struct WatchLines {
  private var told: [String: (status: RunStatus, time: Double)] = [:]

  /// Seconds between two lines of a run that goes on and on.
  private static let interval = 60.0

  package init() {}

  /// What is new.
  ///
  /// - Parameter now: seconds, of any clock.
  package mutating func lines(_ sections: [WatchList.Section], now: Double) -> [String] {
    var lines: [String] = []
    for run in sections.flatMap(\.runs) where isNew(run, now: now) {
      told[run.run] = (run, now)
      lines.append(Self.line(run))
    }
    return lines
  }

  private func isNew(_ run: RunStatus, now: Double) -> Bool {
    guard let (before, time) = told[run.run] else { return true }
    return before.state != run.state || before.phase != run.phase
      || before.validation.map(\.count) != run.validation.map(\.count)
      || before.warning != run.warning
      || (before.iteration != run.iteration && now - time >= Self.interval)
  }

  private static func line(_ run: RunStatus) -> String {
    var parts = ["\(run.run): \(run.headline)"]
    if let progress = run.line, !run.state.isEnd { parts.append(progress.description) }
    if run.scores != nil { parts.append(run.scoreTexts.joined(separator: ", ")) }
    if let warning = run.warning { parts.append("log: \(warning)") }
    return Terminal.plain(parts.joined(separator: " · "))
  }
}
