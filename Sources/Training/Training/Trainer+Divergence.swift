import Files
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

  /// Takes the state of the last evaluation and half the rate, with a checkpoint that says so.
  ///
  /// - Throws: `SharedFailure` where the run stops, or where going back would repeat what happened.
  private func goBack(after divergence: Divergence, _ plan: PhasePlan) throws -> PhaseProgress {
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
    if point.iteration == 0 { try forgetBest(plan, &progress) }
    try saveLast(plan, progress)
    reporter.diverged(divergence, plan, verdict, backTo: progress)
    reporter.goesBack(to: point, progress, because: subject)
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
    defer { replica.releaseGradients() }
    let samples = try context.world.agree {
      try SampleSource(context: context, plan: plan, wanted: step.wantedSlots)
        .samples(iteration: divergence.iteration)
    }
    _ = try replica.computeGradients(
      step, input(plan, iteration: divergence.iteration, samples: samples))
    return try replica.agree(offender: step.takeOffender(), stops: false).offender == nil
  }

  /// At its beginning a phase has not been evaluated yet.
  private func forgetBest(_ plan: PhasePlan, _ progress: inout PhaseProgress) throws {
    progress.bestScore = nil
    progress.bestIteration = nil
    try context.world.agree {
      if context.world.rank == 0 { try FileSystem.remove(context.folder.best(plan.phase)) }
    }
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
    let execution = context.configuration.execution
    guard context.configuration.initialWeights == nil || execution.initialWeightsFile != nil else {
      throw SharedFailure(message: "the weights that the run began on are not given by --init")
    }
    try replica.startAnew(seed: context.configuration.seed)
    try takeInitialWeights()
  }

  // MARK: Checkpoints

  /// Writes the state to go on from. While it is not that of an evaluation, the one that is stays beside
  /// it: where a run goes back to must not depend on where it was stopped.
  func saveLast(_ plan: PhasePlan, _ progress: PhaseProgress) throws {
    let last = context.folder.last(plan.phase)
    let evaluation = ReturnPoint.iteration(
      before: progress.iteration, interval: context.configuration.schedule.evaluationInterval)
    let isEnd = progress.iteration == context.configuration.iterations(of: plan.phase)
    let keeps = progress.iteration != evaluation && !isEnd
    try context.world.agree {
      guard context.world.rank == 0, keeps,
        (try? CheckpointFile.readHeader(last))?.iteration == evaluation
      else { return }
      try FileSystem.keep(last, as: context.folder.evaluated(plan.phase))
    }
    try save(plan, progress, to: last)
    if !keeps { try dropEvaluated(plan) }
  }

  /// The last checkpoint is one to go back to, or nothing can diverge any more.
  func dropEvaluated(_ plan: PhasePlan) throws {
    try context.world.agree {
      if context.world.rank == 0 { try FileSystem.remove(context.folder.evaluated(plan.phase)) }
    }
  }
}
