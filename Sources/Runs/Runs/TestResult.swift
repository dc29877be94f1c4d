import Files
import Metrics
import Telemetry

/// What a test found, as a table and as an event.
package struct TestResult {
  package let summary: ScoreSummary
  package let pixels: PixelwiseScore
  /// What comes before the number of images in the table's first line.
  var subject: String

  package init(summary: ScoreSummary, pixels: PixelwiseScore, subject: String = "test on") {
    self.summary = summary
    self.pixels = pixels
    self.subject = subject
  }

  /// Fixed columns, one line each.
  package func table() -> [String] {
    var lines = [
      "\(subject) \(summary.imageCount) images: mean ± standard deviation, median, "
        + "95 % interval of the mean"
    ]
    for measure in Measure.all {
      let statistic = summary[measure]
      func text(_ value: Double?) -> String {
        value.map { decimalText($0 * measure.scale, places: 2) } ?? "undefined"
      }
      var line = "  \(measure.title) \(text(statistic.mean).leftPadded(to: 7))"
      line += " ± \(text(statistic.standardDeviation).leftPadded(to: 6))"
      line += "  \(text(statistic.median).leftPadded(to: 7))"
      if let interval = statistic.interval {
        line += "  \(text(interval.lower)) … \(text(interval.upper))"
      }
      if statistic.undefinedCount > 0 {
        line += "  (\(statistic.undefinedCount) undefined: \(measure.undefined)"
        if let penalized = statistic.penalizedMean {
          line += "; penalized mean \(text(penalized))"
        }
        line += ")"
      }
      lines.append(line)
    }
    let numbers = zip(["ROC AUC", "average precision", "calibration error"], pixels.named).map {
      "\($0) \($1.value.map { decimalText($0, places: 4) } ?? "undefined")"
    }
    return lines + ["  all pixels together: \(numbers.joined(separator: ", "))"]
  }

  /// A table of one model less another on the same images.
  package static func differences(
    _ subject: String, _ scores: [SegmentationScore], _ others: [SegmentationScore]
  ) -> [String] {
    let lines = Measure.all.map { measure in
      guard
        let difference = PairedDifference(
          scores.map(measure.value), less: others.map(measure.value),
          weights: scores.map(measure.weight))
      else { return "  \(measure.title) undefined" }
      func text(_ value: Double) -> String {
        (value < 0 ? "" : "+") + decimalText(value * measure.scale, places: 2)
      }
      let interval = difference.interval
      return "  \(measure.title) \(text(interval.mean).leftPadded(to: 7))"
        + "  \(text(interval.lower)) … \(text(interval.upper))  on \(difference.count) images"
    }
    return ["\(subject), image by image: mean, 95 % interval"] + lines
  }

  package var fields: [(key: String, value: JSONValue)] {
    [(RunField.images, .integer(summary.imageCount))]
      + Measure.all.flatMap { measure -> [(key: String, value: JSONValue)] in
        let (key, statistic) = (measure.key, summary[measure])
        return [
          (key, .optional(statistic.mean)),
          ("\(key)_sd", .optional(statistic.standardDeviation)),
          ("\(key)_median", .optional(statistic.median)),
          ("\(key)_lower", .optional(statistic.interval?.lower)),
          ("\(key)_upper", .optional(statistic.interval?.upper)),
          ("\(key)_undefined", .integer(statistic.undefinedCount)),
          ("\(key)_penalized", .optional(statistic.penalizedMean)),
        ]
      } + pixels.named.map { ($0.key, .optional($0.value)) } + [(key: RunField.curve, value: curve)]
  }

  /// With four decimals: a picture shows no more.
  private var curve: JSONValue {
    .array(
      pixels.curve.points.map { point in
        .array(
          [point.threshold, point.falsePositiveRate, point.sensitivity, point.precision].map {
            .number(($0 * 1e4).rounded() / 1e4)
          })
      })
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

extension Measure {
  /// With its unit, as wide as the widest.
  fileprivate var title: String { "\(name) \(unit)".padded(to: 15) }
}
