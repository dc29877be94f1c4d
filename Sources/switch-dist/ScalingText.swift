import Scaling
import Telemetry

/// What `scaling` found out, for people.
enum ScalingText {
  static func text(of report: ScalingReport) -> String {
    var lines = [
      "\(report.phase) step at \(report.imageSize)×\(report.imageSize), \(report.precision), "
        + "\(report.threads) threads a rank, \(report.ranksPerHost) ranks a host"
    ]
    if let job = report.job { lines += ["", compared(job, report)] }
    for network in report.rows.map(\.network).uniqued {
      lines += ["", network, heading]
      lines += report.rows.filter { $0.network == network }.map(row)
    }
    lines += [
      "",
      "Computing, unequal and exchange are what a step's time goes on; efficiency is the "
        + "part that computes. A batch is larger where --batch-size leaves ranks without a pair of images, "
        + "and another batch is another result.",
    ]
    return lines.joined(separator: "\n")
  }

  private static func compared(_ job: ScalingReport.Job, _ report: ScalingReport) -> String {
    let difference = 100 * (job.predicted.seconds / job.measuredSeconds - 1)
    return "this job: \(report.ranks) ranks, batch of \(report.batchSize): "
      + "\(seconds(job.measuredSeconds)) s measured, \(seconds(job.predicted.seconds)) s by the model "
      + "(\(difference < 0 ? "" : "+")\(decimalText(difference, places: 1)) %); messages "
      + "\(decimalText(1e6 * job.latency, places: 1)) µs, "
      + "\(decimalText(1e-9 * job.bytesPerSecond, places: 2)) GB/s"
  }

  private static let heading = cells([
    "ranks", "batch", "step s", "computing", "unequal", "exchange", "images/s", "efficiency",
    "MiB a rank", "start s",
  ])

  private static func row(_ row: ScalingReport.Row) -> String {
    cells([
      "\(row.ranks)", "\(row.batchSize)", seconds(row.step.seconds),
      seconds(row.step.computation), seconds(row.step.imbalance), seconds(row.step.exchange),
      decimalText(row.imagesPerSecond, places: 1),
      "\(decimalText(100 * row.efficiency, places: 0)) %", "\(row.mebibytesPerRank)",
      decimalText(row.bringUpSeconds, places: 1),
    ])
  }

  private static func seconds(_ value: Double) -> String { decimalText(value, places: 3) }

  private static func cells(_ texts: [String]) -> String {
    texts.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
  }
}

extension [String] {
  /// Each once, in the order in which they come.
  fileprivate var uniqued: [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
