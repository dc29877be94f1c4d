import Metrics
import Telemetry

/// What a test found, as a table and as an event.
struct TestResult {
  let summary: ScoreSummary
  /// What comes before the number of images in the table's first line.
  var subject = "test on"

  private struct Measure {
    var name: String
    var key: String
    /// From stored to shown values.
    var scale: Double
    var statistic: @Sendable (ScoreSummary) -> ScoreSummary.Statistic
    var score: @Sendable (SegmentationScore) -> Double?
  }

  private static var measures: [Measure] {
    [
      Measure(name: "Dice %", key: "dice", scale: 100, statistic: \.dice, score: \.dice),
      Measure(
        name: "IoU %", key: "iou", scale: 100, statistic: \.intersectionOverUnion,
        score: \.intersectionOverUnion),
      Measure(
        name: "HD95 px", key: "hd95", scale: 1, statistic: \.hausdorff95, score: \.hausdorff95),
      Measure(
        name: "ASD px", key: "asd", scale: 1, statistic: \.averageSurfaceDistance,
        score: \.averageSurfaceDistance),
    ]
  }

  /// Fixed columns, one line each.
  func table() -> [String] {
    var lines = [
      "\(subject) \(summary.imageCount) images: mean ± standard deviation, median, "
        + "95 % interval of the mean"
    ]
    for measure in Self.measures {
      let statistic = measure.statistic(summary)
      func text(_ value: Double?) -> String {
        value.map { decimalText($0 * measure.scale, places: 2) } ?? "undefined"
      }
      var line = "  \(measure.name.padded(to: 8)) \(text(statistic.mean).leftPadded(to: 7))"
      line += " ± \(text(statistic.standardDeviation).leftPadded(to: 6))"
      line += "  \(text(statistic.median).leftPadded(to: 7))"
      if let interval = statistic.interval {
        line += "  \(text(interval.lower)) … \(text(interval.upper))"
      }
      if statistic.undefinedCount > 0 {
        line += "  (\(statistic.undefinedCount) undefined: an empty mask; "
        line += "penalized mean \(text(statistic.penalizedMean)))"
      }
      lines.append(line)
    }
    return lines
  }

  /// A table of one model less another on the same images.
  static func differences(
    _ subject: String, _ scores: [SegmentationScore], _ others: [SegmentationScore]
  ) -> [String] {
    let lines = measures.map { measure in
      guard
        let difference = PairedDifference(
          scores.map(measure.score), less: others.map(measure.score))
      else { return "  \(measure.name.padded(to: 8)) undefined" }
      func text(_ value: Double) -> String {
        (value < 0 ? "" : "+") + decimalText(value * measure.scale, places: 2)
      }
      let interval = difference.interval
      return "  \(measure.name.padded(to: 8)) \(text(interval.mean).leftPadded(to: 7))"
        + "  \(text(interval.lower)) … \(text(interval.upper))  on \(difference.count) images"
    }
    return ["\(subject), image by image: mean, 95 % interval"] + lines
  }

  var fields: [(key: String, value: MetricValue)] {
    [("images", .integer(summary.imageCount))]
      + Self.measures.flatMap { measure -> [(key: String, value: MetricValue)] in
        let (key, statistic) = (measure.key, measure.statistic(summary))
        return [
          (key, .optional(statistic.mean)),
          ("\(key)_sd", .optional(statistic.standardDeviation)),
          ("\(key)_median", .optional(statistic.median)),
          ("\(key)_lower", .optional(statistic.interval?.lower)),
          ("\(key)_upper", .optional(statistic.interval?.upper)),
          ("\(key)_undefined", .integer(statistic.undefinedCount)),
          ("\(key)_penalized", .optional(statistic.penalizedMean)),
        ]
      }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
