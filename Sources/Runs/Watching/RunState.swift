/// What a run is doing, or what became of it.
package enum RunState: String, CaseIterable, Codable, Sendable {
  /// Nothing of it is there yet.
  case waiting
  /// A session has the folder and has not told of an iteration yet.
  case starting
  case running
  /// The test is done, and its session still writes.
  case finishing
  /// Trained and tested.
  case finished
  /// With a checkpoint, as it was asked to.
  case stopped
  /// Ended by itself without a result.
  case failed
  /// Its process has ended without giving the folder free: it was killed, or its machine is gone.
  case lost

  package var isEnd: Bool {
    switch self {
    case .waiting, .starting, .running, .finishing: false
    case .finished, .stopped, .failed, .lost: true
    }
  }

  /// Of `watch`: what says that a run is in this state; as those of `train` where there are such.
  package var exitCode: Int32 {
    switch self {
    case .finished: 0
    case .failed: 1
    case .waiting, .starting, .running, .finishing: 2
    case .stopped: 3
    case .lost: 75
    }
  }

  /// The one that is to be looked at first.
  package static func gravest(_ states: [RunState]) -> RunState? {
    let order: [RunState] = [
      .failed, .lost, .stopped, .waiting, .starting, .running, .finishing, .finished,
    ]
    return order.first(where: states.contains)
  }
}
