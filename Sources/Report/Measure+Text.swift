import Metrics
import Runs
import Telemetry

// The measures as the report shows them.
extension Measure {
  private var places: Int { kind == .count ? 2 : 1 }

  var longUnit: String {
    switch kind {
    case .share: unit
    case .distance: "pixels"
    case .count: "an image"
    }
  }

  func statistic(_ run: RunRecording) -> ScoreSummary.Statistic {
    statistic(run.scores.map(\.score), width: run.imageSize, height: run.imageSize)
  }

  func text(_ value: Double?) -> String {
    value.map { decimalText($0 * scale, places: places) } ?? "undefined"
  }

  /// A difference, with its sign.
  func signed(_ value: Double) -> String {
    let text = text(abs(value))
    return value < 0 ? "−\(text)" : "+\(text)"
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
