import Files
import Metrics
import Runs
import Studies
import Telemetry

/// The runs of a study one by one: how far each is, what it took, and the digest of the weights it was tested with.
struct StudyRuns {
  struct Row {
    let point: StudyPoint
    let state: String
    /// Of the whole test list; nil before the test.
    let dice: Double?
    /// The best of the last phase that was evaluated, with its iteration.
    let validation: (dice: Double, iteration: Int, count: Int)?
    let coreHours: Double
    /// The file that was tested, and its digest.
    let weights: (file: String, digest: String)?
    /// What the last session began with.
    let start: RunRecording.Event
  }

  /// Of the runs that were begun.
  let rows: [Row]

  init(_ results: StudyResults) {
    rows = results.study.points.compactMap { point in
      results.recordings[point.name].map { Self.row(point, $0, results.study) }
    }
  }

  private static func row(_ point: StudyPoint, _ recording: RunRecording, _ study: Study) -> Row {
    let test = recording.events(.test).last
    let file = (test?[RunField.weights]?.text).map(FileSystem.lastComponent)
    let digest = recording.events(.checkpoint).last { $0[RunField.file]?.text == file }?[
      RunField.digest]?.text
    let state =
      switch study.state(of: point) {
      case .done: "done"
      case .failed: "failed"
      case .waiting, .begun, .running: reached(recording) ?? "begun"
      }
    return Row(
      point: point, state: state, dice: test?[RunField.dice]?.number,
      validation: recording.bestValidation, coreHours: recording.coreHours,
      weights: file.flatMap { file in digest.map { (file, $0) } },
      start: recording.events(.start).last ?? [:])
  }

  /// Where a run stands that is not at its end.
  private static func reached(_ recording: RunRecording) -> String? {
    guard let last = recording.events(.iteration).last, let phase = last[RunField.phase]?.text,
      let iteration = last[RunField.iteration]?.number
    else { return nil }
    return "\(phase), iteration \(Int(iteration))"
  }

  /// One line for each run that was begun.
  func csv() -> String {
    let header = [
      "run", "state", "test_dice", "validation_dice", "at_iteration", "core_hours", "weights",
      "digest", RunField.sourceDigest, RunField.arithmeticVersion, RunField.toolVersion,
    ]
    func exact(_ value: Double?) -> String { value.map { decimalText($0, places: 6) } ?? "" }
    let lines = rows.map { row in
      [
        row.point.name, row.state, exact(row.dice), exact(row.validation?.dice),
        row.validation.map { "\($0.iteration)" } ?? "", decimalText(row.coreHours, places: 2),
        row.weights?.file ?? "", row.weights?.digest ?? "",
        row.start[RunField.sourceDigest]?.text ?? "",
        row.start[RunField.arithmeticVersion]?.shown ?? "",
        row.start[RunField.toolVersion]?.text ?? "",
      ]
    }
    return StudyTable.csv([header] + lines)
  }

  /// As the page names settings, with the axes that stand for repetitions by their names.
  private static func title(_ point: StudyPoint) -> String {
    point.coordinates.map {
      StudyResults.repetitions.contains($0.axis) ? "\($0.axis) \($0.value)" : $0.value
    }.joined(separator: " ")
  }

  func table() -> HTML {
    let dice = Measure.dice
    let rows = rows.map { row -> HTML in
      let validation = row.validation.map { "\(dice.text($0.dice)) at \($0.iteration)" } ?? ""
      let weights = row.weights.map { weights -> HTML in
        "\(weights.file)<small class=\"below\">\(String(weights.digest.prefix(16)))…</small>"
      }
      return """
        <tr><th>\(Self.title(row.point))</th><td>\(row.state)</td><td>\(row.dice.map(dice.text) ?? "")</td>\
        <td>\(validation)</td><td>\(decimalText(row.coreHours, places: 2))</td><td>\(weights ?? "")</td></tr>
        """
    }
    return """
      <div class="wide"><table><thead><tr><th>run</th><th>state</th><th>test \(dice.name) <small>%</small></th>\
      <th>best validation \(dice.name) <small>%, at iteration</small></th><th>core hours</th>\
      <th>tested weights <small>with their digest</small></th></tr></thead><tbody>\(HTML(rows))</tbody></table></div>
      <p class="note">Core hours: ranks times threads times the time from the start of each session to its last \
      record, whether it was computing or waiting for a busy machine. Digests in full are in <code>runs.csv</code>.</p>
      """
  }
}
