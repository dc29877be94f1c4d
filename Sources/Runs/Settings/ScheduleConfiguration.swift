/// How long a run trains and on how much at a time.
public struct ScheduleConfiguration: Codable, Equatable, Sendable {
  /// Iterations of pre-training on labeled images.
  public var preIterations = 10_000
  /// Iterations of self-training with the teacher.
  public var selfIterations = 30_000
  /// Images of a batch over all ranks, half of them labeled; a multiple of 4.
  public var batchSize = 16
  /// Iterations between two evaluations on the validation images.
  public var evaluationInterval = 200

  public init() {}

  /// Whether an evaluation follows so many iterations of a phase.
  public func evaluates(after iterations: Int) -> Bool {
    iterations % evaluationInterval == 0
  }

  /// Iterations of a phase at its last evaluation when so many are done; 0 before the first.
  public func lastEvaluation(before iterations: Int) -> Int {
    iterations - iterations % evaluationInterval
  }
}
