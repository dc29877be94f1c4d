import Telemetry

/// A step made numbers that cannot be summed; every rank throws it. The replicas are those before the
/// step, but for running statistics of batch norm.
struct Divergence: Error {
  /// How far the phase was before.
  let progress: PhaseProgress
  /// What made the first such number, in words.
  let operation: String
  /// The rate that the update would have had.
  let learningRate: Double
  /// Whether any rank was asked to stop.
  let stops: Bool

  /// From 0, of the step.
  var iteration: Int { progress.iteration }
}

/// The total losses of the last iterations, for what is said of a run that diverges.
struct RecentLosses {
  private var entries: [(iteration: Int, total: Double)] = []
  private static let count = 20

  /// - Parameter iteration: counted from 1.
  mutating func add(_ total: Double, iteration: Int) {
    if entries.count == Self.count { entries.removeFirst() }
    entries.append((iteration, total))
  }

  mutating func clear() { entries.removeAll(keepingCapacity: true) }

  /// How the loss went, in words; nothing where there was no iteration.
  var text: String? {
    guard let first = entries.first, let last = entries.last else { return nil }
    guard first.iteration < last.iteration else {
      return "the loss was \(roundText(last.total)) before"
    }
    let (from, to) = (roundText(first.total), roundText(last.total))
    let way = last.total > first.total ? "rose" : "went"
    return "the loss \(way) from \(from) (iteration \(first.iteration)) to \(to) "
      + "(iteration \(last.iteration))"
  }
}
