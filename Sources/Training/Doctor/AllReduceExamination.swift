import MPI
import Methods
import Network
import Telemetry
import Training

/// How long the ranks take to add numbers, by their amount, and what that means for a step.
struct AllReduceExamination: Examination {
  /// Bytes, and how often they are sent.
  private static let messages = [(8, 21), (4 << 10, 21), (256 << 10, 11), (4 << 20, 5)]

  func examine(_ job: ExaminedJob) throws -> [Finding] {
    guard job.world.size > 1 else {
      return [Finding(.ok, "all-reduce", "one rank exchanges nothing", isOfJob: true)]
    }
    let times = try Self.messages.map { (bytes: $0.0, seconds: try seconds($0.0, $0.1, job.world)) }
    let text = times.map { bytes, seconds in
      let speed =
        bytes < 1 << 17 ? "" : " (\(roundText(Double(bytes) / seconds / 1e9)) GB/s)"
      return "\(Self.amount(bytes)) \(Self.time(seconds))\(speed)"
    }.joined(separator: ", ")
    let measures = Dictionary(
      uniqueKeysWithValues: times.map { ("bytes_\($0.bytes)_seconds", $0.seconds) })
    let step = try stepTimes(
      job, small: times[1].seconds, large: times[3].seconds / Double(times[3].bytes))
    guard let step else {
      return [Finding(.ok, "all-reduce", text, isOfJob: true, measures: measures)]
    }
    let waits = step.exchange > step.computation
    return [
      Finding(
        waits ? .warn : .ok, "all-reduce",
        "\(text); a self-training step exchanges for \(roundText(step.exchange)) s and computes for "
          + "\(roundText(step.computation)) s",
        advice: waits
          ? "it would mostly wait: use fewer hosts or ranks with more threads, "
            + "more cores for each rank (see cores), "
            + "or a faster network (see transport)" : "",
        isOfJob: true,
        measures: measures.merging(
          ["step_exchange_seconds": step.exchange, "step_computation_seconds": step.computation]
        ) { $1 })
    ]
  }

  /// The median, of the rank that takes longest.
  private func seconds(_ bytes: Int, _ count: Int, _ world: Communicator) throws -> Double {
    var values = [Int64](repeating: 0, count: bytes / 8)
    var times: [Double] = []
    for _ in 0..<count {
      try world.barrier()
      let start = ContinuousClock.now
      try world.allReduceSum(&values)
      times.append((ContinuousClock.now - start) / .seconds(1))
    }
    return try world.allReduceMax(times.sorted()[count / 2])
  }

  /// Seconds of a self-training step. The rule: every batch norm exchanges sums as small as 4 KiB in the
  /// forward passes of student and teacher and in the backward pass, losses and verdict too; gradients go
  /// as sums of 8 bytes at the speed of large messages. That nothing hides behind computing is the worst
  /// case.
  private func stepTimes(
    _ job: ExaminedJob, small: Double, large: Double
  ) throws -> (exchange: Double, computation: Double)? {
    guard let probe = job.probe, let plan = job.configuration.phases.last else { return nil }
    let estimate = try StepEstimate(probe, threads: job.threads, on: job.world)
    let graph = job.network.graph
    let normalizations = graph.operations.count { operation in
      if case .normalization = operation { true } else { false }
    }
    let exchange =
      Double(3 * normalizations + 2) * small
      + 8 * Double(graph.layout.parameterCount) * large
    return (exchange, estimate.seconds(plan))
  }

  private static func time(_ seconds: Double) -> String {
    seconds < 1e-3 ? "\(roundText(seconds * 1e6)) µs" : "\(roundText(seconds * 1e3)) ms"
  }

  private static func amount(_ bytes: Int) -> String {
    bytes < 1 << 10 ? "\(bytes) B" : bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
  }
}
