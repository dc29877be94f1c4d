import RandomNumbers
import Training

/// Goes through the steps of many ranks as one rank took them, with the exchanges between them: when each
/// rank computes, which waits for which, and what of an exchange is hidden behind computing.
package struct StepReplay {
  /// Where the seconds of a step go, of the mean of the ranks.
  package struct Outcome: Equatable, Sendable {
    /// Of a whole step.
    package var seconds = 0.0
    package var computation = 0.0
    /// Waiting for ranks that compute longer.
    package var imbalance = 0.0
    /// What exchanges take that nothing hides.
    package var exchange = 0.0
  }

  private static let steps = 4
  private let trace: StepTrace
  private let interconnect: Interconnect
  private let crowding: Double
  private var stream = RandomStream(seed: 1, purpose: .kernelProbe)
  private var clocks: [Double]
  private var times: ExchangeTimes
  private var sums: [StepEvent.Stream: Int] = [:]
  private var buckets: [Int] = []
  private var teacher: Int?
  private var joining = BucketJoining()
  private var outcome = Outcome()

  /// Of the mean of some steps.
  ///
  /// - Parameter crowding: threads for each core of a host. Where there are several, its ranks compute in
  ///   turns, and each of them for as long as the mean of all.
  package static func run(
    _ trace: StepTrace, on interconnect: Interconnect, crowding: Double = 1
  ) -> Outcome {
    var replay = StepReplay(trace, interconnect, crowding)
    // The teacher of the step before is on its way in all but the first.
    replay.step()
    let begin = replay.latest
    replay.outcome = Outcome()
    for _ in 0..<steps { replay.step() }
    var outcome = replay.outcome
    let count = Double(steps)
    outcome.seconds = (replay.latest - begin) / count
    outcome.computation /= count
    outcome.imbalance /= count
    outcome.exchange = max(0, outcome.seconds - outcome.computation - outcome.imbalance)
    return outcome
  }

  private init(_ trace: StepTrace, _ interconnect: Interconnect, _ crowding: Double) {
    self.trace = trace
    self.crowding = crowding
    self.interconnect = interconnect
    clocks = [Double](repeating: 0, count: interconnect.ranks)
    times = ExchangeTimes(interconnect)
  }

  private var latest: Double { clocks.max() ?? 0 }

  private mutating func step() {
    for (index, event) in trace.events.enumerated() {
      compute(index)
      carryOut(event)
    }
  }

  /// Each rank takes the piece as long as in one step of those that were measured, chosen by chance.
  private mutating func compute(_ index: Int) {
    let samples = clocks.map { _ in
      trace.seconds[Int(stream.nextWord()) % trace.seconds.count][index]
    }
    let mean = samples.reduce(0, +) / Double(samples.count)
    for rank in clocks.indices { clocks[rank] += crowding > 1 ? crowding * mean : samples[rank] }
    outcome.computation += crowding * mean
  }

  private mutating func carryOut(_ event: StepEvent) {
    guard interconnect.ranks > 1 else { return }
    let now = latest
    times.progress(at: now)
    switch event {
    case .start(let network, let bytes):
      sums[network] = times.start(interconnect.sum(bytes: bytes), at: now)
    case .finish(let network): wait(sums.removeValue(forKey: network))
    case .sum(let bytes): wait(times.start(interconnect.sum(bytes: bytes), at: now))
    case .gradients(let range):
      if let bucket = joining.add(range) { start(bucket) }
    case .awaitGradients:
      if let last = joining.finish() { start(last) }
      for bucket in buckets { wait(bucket) }
      buckets = []
    case .broadcast(let bytes):
      teacher = times.start(interconnect.broadcast(bytes: bytes), at: now)
    case .awaitTeacher: wait(teacher.take())
    case .endOfStep: break
    }
  }

  private mutating func start(_ bucket: Range<Int>) {
    buckets.append(times.start(interconnect.sum(bytes: 8 * bucket.count), at: latest))
  }

  /// All ranks go on when the exchange is there; none can before the last has come.
  private mutating func wait(_ key: Int?) {
    guard let key else { return }
    let arrival = latest
    let end = times.finish(key, from: arrival)
    for rank in clocks.indices {
      outcome.imbalance += (arrival - clocks[rank]) / Double(clocks.count)
      clocks[rank] = end
    }
  }
}
