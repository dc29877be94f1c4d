import Metrics
import Telemetry

/// Everything that is watched, as lines of a terminal: a run by itself in a few, several in one each.
package struct WatchPicture {
  private let sections: [WatchList.Section]
  private let columns: Int
  private let rows: Int

  /// - Parameters:
  ///   - columns: no line takes more.
  ///   - rows: there are no more lines; what is left out is counted.
  package init(_ sections: [WatchList.Section], columns: Int, rows: Int = .max) {
    self.sections = sections
    self.columns = max(10, columns)
    self.rows = max(2, rows)
  }

  private var runs: [RunStatus] { sections.flatMap(\.runs) }

  package var lines: [String] {
    if sections.count == 1, sections[0].title == nil, let run = runs.first {
      return Array(RunPicture(run, columns: columns).lines.prefix(rows))
    }
    var lines: [String] = []
    for section in sections {
      if let title = section.title {
        lines.append(Terminal.cut(Terminal.plain(title), to: columns))
      }
      lines += section.runs.map { line($0, isBelowTitle: section.title != nil) }
    }
    if lines.count > rows - 1 { lines = shortened }
    return lines + [Terminal.cut(Self.summary(runs), to: columns)]
  }

  /// Those that go on or failed before those that are finished, without titles, and how many are left out.
  private var shortened: [String] {
    let named = sections.flatMap { section in section.runs.map { ($0, section.title != nil) } }
    let urgent = named.filter { $0.0.state != .finished } + named.filter { $0.0.state == .finished }
    let shown = urgent.prefix(max(0, rows - 2))
    return shown.map { line($0.0, isBelowTitle: $0.1) }
      + [Terminal.cut("… and \(urgent.count - shown.count) more", to: columns)]
  }

  // MARK: A run in a line

  private var nameColumns: Int {
    let names = sections.flatMap { section in
      section.runs.map { Terminal.width(name($0, isBelowTitle: section.title != nil)) }
    }
    return min(names.max() ?? 0, columns * 2 / 5)
  }

  private func name(_ run: RunStatus, isBelowTitle: Bool) -> String {
    guard isBelowTitle else { return Terminal.plain(run.run) }
    return "  " + Terminal.plain(run.run.split(separator: "/").last.map(String.init) ?? run.run)
  }

  private func line(_ run: RunStatus, isBelowTitle: Bool) -> String {
    let name = Terminal.cutWithin(name(run, isBelowTitle: isBelowTitle), to: nameColumns)
    var text = Terminal.padded(name, to: nameColumns)
    for field in fields(run) where Terminal.width(text) + 2 + Terminal.width(field) <= columns {
      text += "  \(field)"
    }
    if let reason = reason(run) {
      text += "  \(reason)"
    } else {
      let room = columns - Terminal.width(text) - 2
      let curve = Sparkline.text(run.validation, columns: min(room, Self.curveColumns))
      if !curve.isEmpty { text += "  \(curve)" }
    }
    return Terminal.cut(text, to: columns)
  }

  /// The most telling first: those for which there is no room are left out.
  private func fields(_ run: RunStatus) -> [String] {
    let state = Terminal.padded(shortState(run), to: 19)
    let dice = (run.scores?["dice"] ?? run.validationDice).map {
      "Dice \(decimalText($0 * 100, places: 1))"
    }
    guard reason(run) == nil else { return [state] }
    let left =
      run.state == .running ? run.secondsLeftInPhase.map { durationText(seconds: $0) } : nil
    let hasTimes = sections.contains { section in
      section.runs.contains { $0.state == .running }
    }
    return [state, Terminal.padded(dice ?? "", to: 9)]
      + (hasTimes ? [Terminal.padded(left ?? "", to: 7)] : [])
  }

  /// The curve takes what is left of a line, up to this.
  private static let curveColumns = 16

  /// Stands in place of numbers, and is cut where there is no room.
  private func reason(_ run: RunStatus) -> String? {
    guard [.failed, .lost, .waiting].contains(run.state) else { return nil }
    return run.reason.map(Terminal.plain)
  }

  private func shortState(_ run: RunStatus) -> String {
    guard run.state == .running, let iteration = run.iteration else { return run.state.rawValue }
    let phase = run.phase?.split(separator: "-").first.map(String.init) ?? ""
    return "\(phase) \(iteration)" + (run.iterations.map { "/\($0)" } ?? "")
  }

  // MARK: The whole

  /// How many runs are in which state, what the finished ones score, and when the last of the others is at
  /// the end of its phase.
  package static func summary(_ runs: [RunStatus]) -> String {
    let counts = RunState.allCases.compactMap { state -> String? in
      let count = runs.count { $0.state == state }
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }
    var parts = [
      "\(runs.count) run\(runs.count == 1 ? "" : "s"): \(counts.joined(separator: ", "))"
    ]
    let scores = runs.compactMap { $0.state == .finished ? $0.scores?["dice"] : nil }
    if !scores.isEmpty {
      let mean = scores.reduce(0, +) / Double(scores.count)
      parts.append("mean test Dice \(decimalText(mean * 100, places: 1)) %")
    }
    if let left = runs.compactMap({ $0.state == .running ? $0.secondsLeftInPhase : nil }).max() {
      parts.append("\(durationText(seconds: left)) left of the present phases")
    }
    return parts.joined(separator: "; ")
  }
}
