import Datasets
import Files
import Imaging
import Inference
import Kernels
import Learning
import Logging
import MPI
import Methods
import Network
import RandomNumbers
import Runs
import Settings
import Telemetry

/// Runs the phases of a method: dataset → batch → step → reduce → update → report.
package final class Trainer {
  let context: RunContext
  let replica: Replica
  let evaluator: Evaluator
  let reporter: TrainingReporter
  let saver: CheckpointSaver
  /// Iterations left before `--stop-after` ends this session, if it was given.
  private var iterationsLeft: Int?
  /// The iteration that `--dump-iteration` asks for.
  let dumpRequest: DumpRequest?
  /// Of the phase, since it began or went back.
  var recentLosses = RecentLosses()
  /// Training images this rank has forwarded.
  private(set) var forwardedImages = 0

  private let pseudoLabelWatch: PseudoLabelWatch?
  private let disturbance: Disturbance?

  init(_ context: RunContext, afterUpdate disturbance: Disturbance? = nil) throws {
    self.context = context
    self.disturbance = disturbance
    let configuration = context.configuration
    replica = Replica(
      world: context.world, network: context.network, compute: context.compute,
      seed: configuration.seed, weightDecay: configuration.optimizer.weightDecay)
    evaluator = try Evaluator(
      world: context.world, compute: context.compute, network: context.network,
      dataset: context.dataset)
    reporter = try TrainingReporter(context)
    saver = CheckpointSaver(context, replica, record: reporter.metrics?.record)
    iterationsLeft = configuration.execution.stopAfter
    dumpRequest = try DumpRequest(configuration)
    pseudoLabelWatch = try PseudoLabelWatch(context)
  }

  /// How a session ended.
  package enum Outcome: Equatable {
    case finished
    /// A checkpoint to go on from was written.
    case stopped
  }

  /// All phases, from the start or from the last checkpoint.
  package func run(from resumption: Resumption?) throws -> Outcome {
    let configuration = context.configuration
    let plans = configuration.phases
    if resumption == nil && configuration.execution.resumes { reporter.startsOver() }
    if let resumption { warnOfMissedDump(resumption) }
    if resumption == nil { try takeInitialWeights() }
    var rollbacks = resumption?.progress.rollbacks ?? 0
    for (index, plan) in plans.enumerated() {
      if let resumption, resumption.phase.stream > plan.phase.stream { continue }
      let iterations = configuration.iterations(of: plan.phase)
      var progress = PhaseProgress(rollbacks: rollbacks)
      if let resumption, resumption.phase == plan.phase {
        progress = try resume(resumption, plan: plan)
      } else if plan.phase == .selfTraining && configuration.method.hasPreTraining {
        try startSelfTraining()
      }
      let outcome = try carryOut(
        plan, iterations: iterations, from: &progress,
        after: plans[..<index].reduce(0) { $0 + configuration.iterations(of: $1.phase) },
        isLast: plan.phase == plans.last?.phase)
      if outcome == .stopped { return .stopped }
      rollbacks = progress.rollbacks
    }
    return .finished
  }

  /// Starts the student on the weights of a file, if one was given.
  func takeInitialWeights() throws {
    guard let path = context.configuration.execution.initialWeightsFile else {
      return try requireNoInitialWeights()
    }
    var note: String?
    try replica.receive(hasTeacher: false) {
      let file = try WeightsFile(path)
      note = try file.read(.student, into: replica.student)
      guard try file.digest() == context.configuration.initialWeights else {
        throw FileError(
          path,
          "is another file than the one this run began on; bring that back, or begin a new run")
      }
    }
    reporter.startsOnWeights(of: path, note)
  }

  /// A run that has no checkpoint any more, or goes back to its beginning, needs the file that it began on.
  private func requireNoInitialWeights() throws {
    guard let digest = context.configuration.initialWeights else { return }
    throw SharedFailure(
      message: "\(context.folder.path): the run began on the weights of digest "
        + "\(digest.prefix(16))…, which no checkpoint holds; name their file by --init")
  }

  /// Student and teacher start from the best of pre-training; the student keeps its momentum.
  func startSelfTraining() throws {
    let path = context.folder.best(.preTraining)
    let state = replica.state(hasTeacher: false)
    try replica.receive(hasTeacher: false) {
      try context.folder.requireBest(.preTraining)
      try CheckpointFile.read(path, into: state)
    }
    replica.teacher.assign(replica.student)
  }

  private func resume(_ resumption: Resumption, plan: PhasePlan) throws -> PhaseProgress {
    let state = replica.state(hasTeacher: plan.usesTeacher)
    try replica.receive(hasTeacher: plan.usesTeacher) {
      try CheckpointFile.read(resumption.path, into: state)
    }
    saver.goesOn(from: resumption)
    reporter.resumed(resumption)
    return resumption.progress
  }

  // MARK: A phase

  /// - Parameters:
  ///   - earlier: iterations of the phases before.
  ///   - isLast: no phase follows, so that a stop asked for in the last iteration is none.
  ///
  /// - Throws: `Divergence` on all ranks.
  func run(
    _ plan: PhasePlan, iterations: Int, from start: PhaseProgress, after earlier: Int, isLast: Bool
  ) throws -> Outcome {
    let configuration = context.configuration
    let step = try makeStep(plan)
    replica.prepare(step)
    recentLosses.clear()
    defer { replica.releaseSums() }
    let loader = try makeLoader(plan, step: step, iterations: start.iteration..<iterations)
    let schedule = CosineSchedule(
      initial: configuration.learningRate(rollbacks: start.rollbacks), steps: max(iterations, 1))
    var progress = start
    var stops = false
    try reporter.begin(plan, iterations: iterations, from: start.iteration, after: earlier)
    defer { forwardedImages += step.forwardedImages }
    while let loader, progress.iteration < iterations, !stops {
      context.world.activity.enter(plan.phase.place, iteration: progress.iteration + 1)
      let start = ContinuousClock.now
      let batch = replica.clock.measure(.data) { loader.next() }
      let verdict = try train(
        step, batch, since: start, schedule: schedule, progress: &progress, plan: plan)
      stops = verdict.stops || verdict.failed
      let evaluates = configuration.schedule.evaluates(after: progress.iteration)
      let saves = verdict.saves || saver.isDue(progress.iteration)
      let ends = stops || progress.iteration == iterations
      guard evaluates || saves || ends else { continue }
      try requireEqualReplicas(plan, progress)
      let isBest = evaluates ? try evaluate(plan, &progress) : false
      try saver.save(plan, progress, isBest: isBest)
      if ends { try saver.finish() }
      try reporter.requireRecords()
    }
    let isDone = progress.iteration == iterations
    if isDone { try finish(plan, progress) }
    try reporter.requireRecords()
    guard stops && !(isDone && isLast) else { return .finished }
    reporter.stopped(plan, progress)
    return .stopped
  }

  /// A phase that was never evaluated, or had no iterations, leaves its files too, as does one that went on
  /// at its end because of another file than that of its last state.
  private func finish(_ plan: PhasePlan, _ progress: PhaseProgress) throws {
    let isUnevaluated = progress.bestScore == nil
    if isUnevaluated || !saver.hasSaved(progress) {
      try saver.save(plan, progress, isBest: isUnevaluated)
    }
    try saver.end(plan.phase)
    reporter.end(plan, progress)
  }

  /// One iteration on all ranks, and what they agreed on.
  private func train(
    _ step: TrainingStep, _ batch: SampleSource.Batch, since start: ContinuousClock.Instant,
    schedule: CosineSchedule, progress: inout PhaseProgress, plan: PhasePlan
  ) throws -> Replica.Verdict {
    let iteration = progress.iteration
    let losses = try replica.computeGradients(
      step, input(plan, iteration: iteration, samples: batch.samples))
    if let left = iterationsLeft { iterationsLeft = left - 1 }
    let dataFailure = batch.failure ?? context.dataset.pixels.foundDamage
    let verdict = try replica.agree(
      offender: step.takeOffender(),
      stops: context.stopRequest?.isSet == true || iterationsLeft == 0,
      failed: reporter.failure != nil || saver.hasFailed, saves: saver.isTimeUp,
      lacksData: dataFailure != nil)
    if verdict.lacksData, let failure = try context.world.firstFailure(dataFailure?.description) {
      throw failure
    }
    let rate = schedule.learningRate(step: iteration)
    let dump = try dump(step, iteration: iteration, losses: losses)
    if let offender = verdict.offender {
      if let dump { try write(dump, learningRate: rate) }
      throw Divergence(
        progress: progress, operation: step.describe(offender), learningRate: rate,
        stops: verdict.stops)
    }
    try replica.update(step, learningRate: rate)
    if let dump { try write(dump.updated(replica.student), learningRate: rate) }
    progress.iteration += 1
    recentLosses.add(losses.total, iteration: progress.iteration)
    disturbance?(context.world.rank, progress.iteration, replica.student)
    let watch = plan.usesTeacher && reporter.tells(progress) ? pseudoLabelWatch : nil
    let pseudoLabelDice = try watch?.dice(of: step, batch.samples, iteration: iteration)
    reporter.iteration(
      plan, progress, losses: losses, learningRate: rate, pseudoLabelDice: pseudoLabelDice,
      duration: ContinuousClock.now - start)
    if reporter.wantsPictures(progress) { try reporter.pictures(step, progress) }
    return verdict
  }

  /// Whether the student is the best so far. What is recorded of it comes before any file of it: a run
  /// may go on from that.
  private func evaluate(_ plan: PhasePlan, _ progress: inout PhaseProgress) throws -> Bool {
    let start = ContinuousClock.now
    context.world.activity.enter(.evaluation, iteration: progress.iteration)
    let score = try evaluator.meanDice(
      replica.student, positions: context.dataset.splits.validation)
    let isBetter = progress.bestScore.map { score > $0 } ?? true
    if isBetter {
      progress.bestScore = score
      progress.bestIteration = progress.iteration
    }
    reporter.evaluation(
      plan, progress, score: score, isBetter: isBetter, duration: ContinuousClock.now - start)
    if plan.usesTeacher { try watchPseudoLabels(plan, progress) }
    return isBetter
  }

  private func watchPseudoLabels(_ plan: PhasePlan, _ progress: PhaseProgress) throws {
    guard let pseudoLabelWatch else { return }
    let start = ContinuousClock.now
    let quality = try evaluator.pseudoLabelQuality(
      teacher: replica.teacher, student: replica.student, positions: pseudoLabelWatch.positions)
    let validation = try evaluator.meanDice(
      replica.teacher, positions: context.dataset.splits.validation)
    reporter.pseudoLabels(
      plan, progress, quality, validation: validation, duration: ContinuousClock.now - start)
  }

  /// What differs between the ranks must not get into a checkpoint.
  private func requireEqualReplicas(_ plan: PhasePlan, _ progress: PhaseProgress) throws {
    guard let difference = try replica.firstDifference(hasTeacher: plan.usesTeacher) else { return }
    let kept = "the checkpoints written before stay as they are; go on from them with --resume"
    throw SharedFailure(
      message: "\(plan.phase.name), iteration \(progress.iteration): the replicas differ, "
        + "\(difference); a fault of memory, processor or network there; \(kept)")
  }

  // MARK: Batches

  func makeStep(_ plan: PhasePlan) throws -> TrainingStep {
    try context.world.agree {
      try TrainingStep(
        plan: plan, share: context.world.share(of: plan.mixtures.count), network: context.network,
        compute: context.compute, seed: context.configuration.seed, clock: replica.clock)
    }
  }

  /// What a step of this rank is made of.
  func input(_ plan: PhasePlan, iteration: Int, samples: [MaskedImage]) -> StepInput {
    let seed = context.configuration.seed
    let mask = plan.mask.draw(seed: seed, phase: plan.phase, iteration: iteration)
    return StepInput(iteration: iteration, samples: samples, mask: mask)
  }

  /// Nothing where no iterations are left: too few images for a batch then do not matter.
  private func makeLoader(
    _ plan: PhasePlan, step: TrainingStep, iterations: Range<Int>
  ) throws -> Prefetcher<SampleSource.Batch>? {
    guard !iterations.isEmpty else { return nil }
    let source = try context.world.agree {
      try SampleSource(context: context, plan: plan, wanted: step.wantedSlots)
    }
    return Prefetcher(
      iterations: iterations, workers: context.configuration.execution.loaderThreadCount
    ) {
      ComputingThread.flushDenormals()
      return source.batch(iteration: $0)
    }
  }
}
