import Benchmarks
import Learning
import Network
import Telemetry

/// A benchmark's outcome for people.
enum BenchText {
  static func summary(_ report: Benchmark.Report) -> String {
    func seconds(_ value: Double) -> String { decimalText(value, places: 4) }
    func count(_ value: Double) -> String { decimalText(value, places: 1) }
    var lines = [
      "\(report.phase) step of \(report.batch) images of \(report.imageSize)×\(report.imageSize), "
        + "\(report.ranks) ranks × \(report.threads) threads, \(report.precision), "
        + report.vectorUnit,
      "  median      \(seconds(report.medianSeconds)) s   (\(seconds(report.minimumSeconds)) … "
        + "\(seconds(report.maximumSeconds)))",
      "  images      \(count(report.imagesPerSecond)) per second",
      "  arithmetic  \(count(report.gigaflops)) GFLOP/s, \(count(report.percentOfPeak)) % of the "
        + "\(count(report.peakGigaflops)) measured",
      "  memory      \(report.peakResidentMebibytes) MiB at most in a rank",
    ]
    var perStep = "\(count(report.pageFaults)) page faults"
    if let own = report.ownAllocations, let library = report.libraryAllocations,
      let large = report.largeAllocations
    {
      perStep +=
        ", \(count(own)) allocations, \(count(library)) by libraries, \(count(large)) of 64 KiB or more"
    }
    lines.append("  per step    \(perStep)")
    for name in StepClock.Part.allCases.map(\.name) + [Benchmark.hiddenReduction] {
      guard let value = report.breakdown[name] else { continue }
      let share = decimalText(100 * value / report.medianSeconds, places: 1)
      lines.append("  \(padded(name, 20)) \(seconds(value)) s  \(share) %")
    }
    return lines.joined(separator: "\n")
  }

  /// Milliseconds of all threads together, a line for each operation.
  static func layers(_ layers: [Benchmark.LayerTimes]) -> String {
    let works = WorkProfile.Work.allCases
    var lines = ["milliseconds of all threads in a step"]
    lines.append(padded("", 58) + works.map { padded("\($0)", 23) }.joined())
    for layer in layers {
      let times = works.map { work -> String in
        let value = (layer.seconds[work] ?? 0) * 1000
        return padded(value > 0 ? decimalText(value, places: 2) : "", 23)
      }
      lines.append(padded("\(layer.network) \(layer.operation)", 58) + times.joined())
    }
    return lines.joined(separator: "\n")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
