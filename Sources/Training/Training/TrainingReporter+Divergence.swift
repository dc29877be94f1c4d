import Learning
import Logging
import Methods
import Runs

extension TrainingReporter {
  /// - Parameter progress: where the run goes on with half the rate; nil where it ends.
  func diverged(
    _ divergence: Divergence, _ plan: PhasePlan, _ verdict: DivergenceVerdict,
    backTo progress: PhaseProgress?
  ) {
    line.clear()
    let rate = progress.map { context.configuration.learningRate(rollbacks: $0.rollbacks) }
    record {
      try $0.append(
        .divergence,
        [
          RunField.phase: .text(plan.phase.name),
          RunField.iteration: .integer(divergence.iteration + 1),
          "operation": .text(divergence.operation), "cause": .text(verdict.cause.rawValue),
          RunField.backTo: progress.map { .integer($0.iteration) } ?? .null,
          RunField.rollbacks: progress.map { .integer($0.rollbacks) } ?? .null,
          RunField.learningRate: .optional(rate),
        ])
      if let progress { try $0.restartEvents(at: earlierIterations + progress.iteration + 1) }
    }
  }

  /// - Parameter progress: with the rollback.
  func goesBack(to point: ReturnPoint, _ progress: PhaseProgress, because reason: String) {
    let rate = context.configuration.learningRate(rollbacks: progress.rollbacks)
    log.warning(
      """
      \(reason); going back to \(point.text), with half the learning rate, \(rate) \
      (\(progress.rollbacks) of \(context.configuration.divergence.retries))
      """)
  }
}
