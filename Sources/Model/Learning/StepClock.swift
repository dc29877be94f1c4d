/// Where the time of a training step goes, on one rank.
///
/// The parts follow one another, but for `normalizationExchange`, which lies within the passes.
public final class StepClock {
  public enum Part: Int, CaseIterable, Sendable {
    /// Waiting for the loader.
    case data
    /// Conversion, frequency switch, mixing.
    case views
    case studentForward
    /// Waiting for the teacher's parameters, which rank 0 broadcasts while others go on.
    case teacherBroadcast
    case teacherForward
    case losses
    case backward
    /// What is left of the all-reduce of gradients when the backward pass is over.
    case allReduce
    case update
    /// Collectives of batch norms and losses.
    case normalizationExchange

    /// As it is called in reports.
    public var name: String {
      switch self {
      case .data: "data_wait"
      case .views: "views"
      case .studentForward: "student_forward"
      case .teacherBroadcast: "teacher_broadcast"
      case .teacherForward: "teacher_forward"
      case .losses: "losses"
      case .backward: "backward"
      case .allReduce: "all_reduce_exposed"
      case .update: "update"
      case .normalizationExchange: "batch_norm_exchange"
      }
    }
  }

  private var durations = [Duration](repeating: .zero, count: Part.allCases.count)

  public init() {}

  /// Runs `body` and counts its time.
  package func measure<Result>(_ part: Part, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { durations[part.rawValue] += ContinuousClock.now - start }
    return try body()
  }

  /// Seconds since `reset`.
  public func seconds(_ part: Part) -> Double { durations[part.rawValue] / .seconds(1) }

  public func reset() { for index in durations.indices { durations[index] = .zero } }
}
