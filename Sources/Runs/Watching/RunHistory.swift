import Files
import Methods
import Metrics
import Runs

/// What a run has told in `metrics.jsonl` until now, event by event.
package struct RunHistory: Equatable {
  /// How a session ended.
  enum Ending: Equatable {
    /// Means of the test by measure, where they are defined.
    case tested([String: Double])
    case stopped
    /// With what the run said of it.
    case failed(String)
  }

  /// A phase of the run.
  struct Part: Equatable {
    let phase: String
    var iteration = 0
    var loss = StepCurve()
    var validation = StepCurve()
    /// By name, of the last iteration told.
    var losses: [String: Double] = [:]
    var isDone = false

    init(phase: String) { self.phase = phase }
  }

  private(set) var sessions = 0
  private(set) var ranks: Int?
  private(set) var threads: Int?
  private(set) var data: String?
  /// In the order in which the run came to them.
  private(set) var parts: [Part] = []
  private(set) var learningRate: Double?
  private(set) var imagesPerSecond: Double?
  private(set) var rollbacks = 0
  /// Of the last session; nil while it lasts.
  private(set) var ending: Ending?
  /// Seconds since 1970 of the last event.
  private(set) var lastTime: Double?
  private(set) var pace = Pace()
  /// The last session has told of an iteration.
  private(set) var hasIterated = false
  /// Lines that were not JSON.
  private(set) var damagedLines = 0

  package init() {}

  /// Takes a line over.
  package mutating func take(line: String) {
    guard let event = try? JSON.value([String: JSONValue].self, of: line) else {
      damagedLines += 1
      return
    }
    take(event)
  }

  private mutating func take(_ event: [String: JSONValue]) {
    guard let kind = event[RunField.event]?.text.flatMap(RunEvent.init) else { return }
    let time = event[RunField.time]?.number
    if let time { lastTime = time }
    if kind == .start { return begin(event) }
    switch kind {
    case .test:
      let means = Measure.all.map { ($0.key, event[$0.key]?.number) }
      ending =
        isTrained
        ? .tested(Dictionary(uniqueKeysWithValues: means).compactMapValues(\.self)) : .stopped
    case .stopped: ending = .stopped
    case .failed: ending = .failed(event[RunField.message]?.text ?? "")
    default: break
    }
    guard let phase = event[RunField.phase]?.text else { return }
    let index = index(of: phase)
    if let iteration = event[RunField.iteration]?.number.map({ Int($0) }) {
      take(kind, event, iteration: iteration, part: index, time: time)
    }
    if kind == .phase { parts[index].isDone = true }
  }

  /// The last phase went to its end; who tests a run that was stopped leaves it one.
  private var isTrained: Bool {
    parts.last.map { $0.isDone && $0.phase != Phase.preTraining.name } ?? true
  }

  private mutating func begin(_ event: [String: JSONValue]) {
    sessions += 1
    (ending, hasIterated) = (nil, false)
    pace = Pace()
    ranks = event[RunField.ranks]?.number.map { Int($0) }
    threads = event[RunField.threads]?.number.map { Int($0) }
    data = event[RunField.data]?.text
  }

  private mutating func take(
    _ kind: RunEvent, _ event: [String: JSONValue], iteration: Int, part index: Int, time: Double?
  ) {
    switch kind {
    case .iteration:
      hasIterated = true
      // A session that goes on from a checkpoint comes to some iterations again.
      if iteration <= parts[index].iteration {
        parts[index].validation.drop(after: iteration - 1)
        pace = Pace()
      }
      parts[index].iteration = iteration
      parts[index].isDone = false
      parts[index].losses = event.filter { !Self.others.contains($0.key) }
        .mapValues { $0.number ?? .infinity }
      parts[index].loss.add(event[Self.total]?.number ?? .infinity, at: iteration)
      learningRate = event[RunField.learningRate]?.number
      imagesPerSecond = event[RunField.imagesPerSecond]?.number
      if let time { pace.add(iteration: iteration, at: time) }
    case .validation:
      parts[index].iteration = iteration
      parts[index].validation.add(event[RunField.dice]?.number ?? .infinity, at: iteration)
    case .divergence:
      guard let back = event[RunField.backTo]?.number.map({ Int($0) }) else {
        ending = .failed("\(parts[index].phase) diverged in iteration \(iteration)")
        return
      }
      rollbacks = event[RunField.rollbacks]?.number.map { Int($0) } ?? rollbacks + 1
      parts[index].iteration = back
      parts[index].loss.drop(after: back)
      parts[index].validation.drop(after: back)
      pace = Pace()
    case .stopped: parts[index].iteration = iteration
    default: break
    }
  }

  /// The place of a phase; those after it are of an attempt that does not count any more.
  private mutating func index(of phase: String) -> Int {
    if let index = parts.firstIndex(where: { $0.phase == phase }) {
      parts.removeSubrange((index + 1)...)
      return index
    }
    parts.append(Part(phase: phase))
    pace = Pace()
    return parts.count - 1
  }

  static let total = "total"
  /// Fields of an iteration that are no losses.
  private static let others: Set<String> = [
    RunField.event, RunField.time, RunField.phase, RunField.iteration, RunField.learningRate,
    RunField.imagesPerSecond,
  ]
}
