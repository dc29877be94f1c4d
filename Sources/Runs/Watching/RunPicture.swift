import Metrics
import Telemetry

/// A run in a few lines of a terminal.
package struct RunPicture {
  private let status: RunStatus
  private let columns: Int
  /// Columns of what a line is about.
  private let margin: Int

  /// - Parameter columns: no line takes more.
  package init(_ status: RunStatus, columns: Int) {
    self.status = status
    self.columns = columns
    margin = columns < 60 ? 7 : 10
  }

  package var lines: [String] {
    var lines = [Terminal.cut(Terminal.plain("\(status.run): \(status.headline)"), to: columns)]
    if let session = status.sessionText { add("on", session, to: &lines) }
    addPhase(to: &lines)
    addScores(to: &lines)
    if let text = status.timeText { add("time", text, to: &lines) }
    if let text = status.silenceText { add("silent", text, to: &lines) }
    if let warning = status.warning { add("log", warning, to: &lines) }
    return lines
  }

  private var room: Int { max(1, columns - margin) }

  private func add(_ title: String, _ text: String, to lines: inout [String]) {
    let text = Terminal.cut(Terminal.plain(text), to: room)
    lines.append(Terminal.padded(title, to: margin) + text)
  }

  private func addPhase(to lines: inout [String]) {
    guard let phase = status.phaseText else { return }
    add("phase", phase + (status.phaseProgress.map { meter($0, beside: phase) } ?? ""), to: &lines)
    if !status.losses.isEmpty { add("loss", lossText, to: &lines) }
    addCurve(status.lossCurves, to: &lines)
  }

  /// Percent, and a bar where there is room.
  private func meter(_ part: Double, beside phase: String) -> String {
    let percent = "  \(percentText(part))"
    let length = min(40, room - Terminal.width(phase + percent) - 2)
    return percent + (length >= 5 ? "  \(Self.bar(part, columns: length))" : "")
  }

  /// As many losses as there is room for.
  private var lossText: String {
    let texts = status.losses.map { "\($0.name) \(decimalText($0.value ?? .nan, places: 4))" }
    var text = texts.first ?? ""
    for next in texts.dropFirst() where text.count + next.count + 2 <= room { text += "  \(next)" }
    return text
  }

  private func addScores(to lines: inout [String]) {
    if let text = status.validationText { add("Dice", text, to: &lines) }
    addCurve(status.validation, to: &lines)
    // Scores are what a run is for: broken into lines where there is no room, not cut.
    var (rest, title) = (status.scoreTexts[...], "test")
    while let first = rest.popFirst() {
      var text = first
      while let next = rest.first, Terminal.width(text) + Terminal.width(next) + 2 <= room {
        text += ", \(next)"
        rest = rest.dropFirst()
      }
      add(title, text, to: &lines)
      title = ""
    }
  }

  private func addCurve(_ curves: [[Double]], to lines: inout [String]) {
    guard curves.contains(where: { $0.count > 1 }) else { return }
    lines.append(
      Terminal.padded("", to: margin) + Sparkline.text(curves, columns: min(60, room)))
  }

  /// A part of a whole, in eighths of a character.
  ///
  /// - Parameter part: 0 … 1.
  static func bar(_ part: Double, columns: Int) -> String {
    let eighths = Int((min(max(part, 0), 1) * Double(8 * columns)).rounded(.down))
    let rest = Array("·▏▎▍▌▋▊▉")[eighths % 8]
    let full = String(repeating: "█", count: eighths / 8)
    return full + (eighths / 8 < columns ? String(rest) : "")
      + String(repeating: "·", count: max(0, columns - eighths / 8 - 1))
  }
}

/// A part of a whole: never 100 % before it is all.
func percentText(_ part: Double) -> String {
  part.isFinite ? "\(Int(min(max(part, 0), 1) * 100)) %" : "?"
}
