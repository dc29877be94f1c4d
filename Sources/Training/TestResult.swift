import Metrics
import Telemetry

/// What a test found, as a table and as an event.
struct TestResult {
  let summary: ScoreSummary
  /// What comes before the number of images in the table's first line.
  var subject = "test on"

  private var rows: [(name: String, key: String, statistic: ScoreSummary.Statistic, scale: Double)]
  {
    [
      ("Dice %", "dice", summary.dice, 100),
      ("IoU %", "iou", summary.intersectionOverUnion, 100),
      ("HD95 px", "hd95", summary.hausdorff95, 1),
      ("ASD px", "asd", summary.averageSurfaceDistance, 1),
    ]
  }

  /// Fixed columns, one line each.
  func table() -> [String] {
    var lines = [
      "\(subject) \(summary.imageCount) images: mean ± standard deviation, median, "
        + "95 % interval of the mean"
    ]
    for row in rows {
      func text(_ value: Double?) -> String {
        value.map { decimalText($0 * row.scale, places: 2) } ?? "undefined"
      }
      var line = "  \(row.name.padded(to: 8)) \(text(row.statistic.mean).leftPadded(to: 7))"
      line += " ± \(text(row.statistic.standardDeviation).leftPadded(to: 6))"
      line += "  \(text(row.statistic.median).leftPadded(to: 7))"
      if let interval = row.statistic.interval {
        line += "  \(text(interval.lower)) … \(text(interval.upper))"
      }
      if row.statistic.undefinedCount > 0 {
        line += "  (\(row.statistic.undefinedCount) undefined: an empty mask; "
        line += "penalized mean \(text(row.statistic.penalizedMean)))"
      }
      lines.append(line)
    }
    return lines
  }

  var fields: [(key: String, value: MetricValue)] {
    [("images", .integer(summary.imageCount))]
      + rows.flatMap { row in
        [
          (row.key, .optional(row.statistic.mean)),
          ("\(row.key)_sd", .optional(row.statistic.standardDeviation)),
          ("\(row.key)_median", .optional(row.statistic.median)),
          ("\(row.key)_lower", .optional(row.statistic.interval?.lower)),
          ("\(row.key)_upper", .optional(row.statistic.interval?.upper)),
          ("\(row.key)_undefined", .integer(row.statistic.undefinedCount)),
          ("\(row.key)_penalized", .optional(row.statistic.penalizedMean)),
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
