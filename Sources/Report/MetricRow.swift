import Metrics
import Telemetry

/// One of the four measures as the report shows it.
struct MetricRow {
  var name: String
  var unit: String
  /// From stored to shown values.
  var scale: Double
  var places: Int
  var value: @Sendable (RunRecording.Score) -> Double?
  /// Whether an undefined value counts with the image's diagonal in the penalized mean.
  var isDistance: Bool

  static var all: [MetricRow] {
    [
      MetricRow(
        name: "Dice", unit: "%", scale: 100, places: 1, value: \.dice, isDistance: false),
      MetricRow(
        name: "IoU", unit: "%", scale: 100, places: 1, value: \.intersectionOverUnion,
        isDistance: false),
      MetricRow(
        name: "HD95", unit: "pixels", scale: 1, places: 1, value: \.hausdorff95, isDistance: true),
      MetricRow(
        name: "ASD", unit: "pixels", scale: 1, places: 1, value: \.averageSurfaceDistance,
        isDistance: true),
    ]
  }

  func statistic(_ run: RunRecording) -> ScoreSummary.Statistic {
    let side = Double(run.imageSize)
    return ScoreSummary.Statistic(
      run.scores.map(value), penalty: isDistance ? (2 * side * side).squareRoot() : 0)
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
    run.scores.compactMap { value($0).map { $0 * scale } }
  }
}
