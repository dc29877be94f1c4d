import Kernels
import Learning
import MPI
import Methods
import Network
import Runs

/// What happens when a step makes numbers that cannot be summed.
extension Trainer {
  /// Runs a phase to its end or to a stop, as often from its last evaluation as it diverges and may go
  /// back.
  ///
  /// - Parameter progress: where it begins; afterwards with the rollbacks of the run.
  func carryOut(
    _ plan: PhasePlan, iterations: Int, from progress: inout PhaseProgress, after earlier: Int,
    isLast: Bool
  ) throws -> Outcome {
    while true {
      do {
        return try run(
          plan, iterations: iterations, from: progress, after: earlier, isLast: isLast)
      } catch let divergence as Divergence {
        progress = try goBack(after: divergence, plan)
        try reporter.requireRecords()
        guard !divergence.stops else {
          reporter.stopped(plan, progress)
          return .stopped
        }
      }
    }
  }

  /// Takes the state of the last evaluation and half the rate, with a checkpoint that says so. What is
  /// recorded of it comes before the checkpoint: a run may go on from that.
  ///
  /// - Throws: `SharedFailure` where the run stops, or where going back would repeat what happened.
  private func goBack(after divergence: Divergence, _ plan: PhasePlan) throws -> PhaseProgress {
    // Checkpoints are read from here on.
    try saver.finish()
    let configuration = context.configuration
    let evidence = try context.world.agree {
      try DivergenceEvidence(
        divergence.iteration, plan, replica, losses: recentLosses, context)
    }
    let trial = try tryEarlierStates(divergence, plan)
    let verdict = DivergenceVerdict(divergence, evidence, trial, configuration)
    let subject =
      "\(plan.phase.name), iteration \(divergence.iteration + 1): \(divergence.operation) is not "
      + "finite or too large to be summed; \(verdict.diagnosis)"
    var progress = divergence.progress
    guard verdict.isCurable, let point = trial.point,
      progress.rollbacks < configuration.divergence.allowedRollbacks
    else {
      reporter.diverged(divergence, plan, verdict, backTo: nil)
      throw SharedFailure(
        message: "\(subject); \(trial.text); \(verdict.advice)")
    }
    try take(point, plan)
    progress.iteration = point.iteration
    progress.rollbacks += 1
    // At its beginning a phase has not been evaluated yet; the best weights of before stay until there are
    // others, for a run that may have to go on from an older state.
    if point.iteration == 0 { (progress.bestScore, progress.bestIteration) = (nil, nil) }
    reporter.diverged(divergence, plan, verdict, backTo: progress)
    reporter.goesBack(to: point, progress, because: subject)
    try saver.save(plan, progress, isBest: false)
    try saver.finish()
    return progress
  }

  // MARK: The state to go back to

  /// Tries the batch that failed on the states to which the run can go back, and on fresh weights: one that
  /// fails there too is a fault of the data, which no learning rate cures.
  private func tryEarlierStates(
    _ divergence: Divergence, _ plan: PhasePlan
  ) throws -> DivergenceTrial {
    var trial = DivergenceTrial()
    do {
      for point in try ReturnPoint.all(plan.phase, before: divergence.progress, context) {
        try take(point, plan)
        trial.latest = trial.latest ?? point
        trial.weights = .init(of: replica.student)
        if try passes(divergence, plan) {
          trial.point = point
          return trial
        }
      }
    } catch let failure as SharedFailure {
      trial.problem = failure.message
    }
    try replica.startAnew(seed: context.configuration.seed)
    replica.teacher.assign(replica.student)
    trial.failsOnFreshWeights = try !passes(divergence, plan)
    return trial
  }

  /// Whether the batch that failed makes numbers that can be summed on the present weights.
  private func passes(_ divergence: Divergence, _ plan: PhasePlan) throws -> Bool {
    let step = try makeStep(plan)
    replica.prepare(step)
    defer { replica.releaseSums() }
    let samples = try context.world.agree {
      try SampleSource(context: context, plan: plan, wanted: step.wantedSlots)
        .samples(iteration: divergence.iteration)
    }
    _ = try replica.computeGradients(
      step, input(plan, iteration: divergence.iteration, samples: samples))
    return try replica.agree(offender: step.takeOffender(), stops: false).offender == nil
  }

  private func take(_ point: ReturnPoint, _ plan: PhasePlan) throws {
    guard let path = point.path else { return try takeBeginning(of: plan) }
    let state = replica.state(hasTeacher: plan.usesTeacher)
    try replica.receive(hasTeacher: plan.usesTeacher) { try CheckpointFile.read(path, into: state) }
  }

  private func takeBeginning(of plan: PhasePlan) throws {
    if plan.phase == .selfTraining && context.configuration.method.hasPreTraining {
      return try startSelfTraining()
    }
    try replica.startAnew(seed: context.configuration.seed)
    try takeInitialWeights()
  }
}
