import Metrics
import Runs
import Telemetry

// The measures as the report shows them.
extension Measure {
  private var places: Int { 1 }

  var longUnit: String { isDistance ? "pixels" : unit }

  func statistic(_ run: RunRecording) -> ScoreSummary.Statistic {
    statistic(run.scores.map(\.score), width: run.imageSize, height: run.imageSize)
  }

  func text(_ value: Double?) -> String {
    value.map { decimalText($0 * scale, places: places) } ?? "undefined"
  }

  func interval(_ statistic: ScoreSummary.Statistic) -> String {
    guard let interval = statistic.interval else { return "" }
    return "95 %: \(text(interval.lower)) … \(text(interval.upper))"
  }

  /// Values as they are shown, for a chart.
  func shownValues(_ run: RunRecording) -> [Double] {
    run.scores.compactMap { value($0.score).map { $0 * scale } }
  }
}
