import Files
import Jobs
import MPI
import Network
import Settings

/// Trains, or tests, the run that `configuration` describes, on the ranks this process was started
/// with.
///
/// - Throws: `RunStopped` when the run was asked to stop before its end; `SharedFailure` for what all
///   ranks know to be wrong, such as ranks that do not fit the configuration.
public func runTraining(_ configuration: RunConfiguration) throws {
  try runTraining(configuration, afterUpdate: nil)
}

/// What a test does to a rank's student after an update, to see it found; counted from 1.
package typealias Disturbance = (_ rank: Int, _ iteration: Int, _ student: ModelState) -> Void

/// `runTraining` for tests that disturb a rank.
package func runTraining(
  _ configuration: RunConfiguration, afterUpdate disturbance: Disturbance?
) throws {
  try withRun(configuration) { context in try run(context, afterUpdate: disturbance) }
}

/// Brings a run's data, network and folder together on all ranks and lets `use` work with them.
///
/// - Throws: as `runTraining`.
package func withRun(
  _ configuration: RunConfiguration, _ use: (RunContext) throws -> Trainer.Outcome
) throws {
  try configuration.validate()
  var outcome = Trainer.Outcome.finished
  var stopRequest: StopRequest?
  func work(on world: Communicator) throws {
    try world.agree { try configuration.validate(rankCount: world.size) }
    let decided = try Resumption.decide(configuration, on: world)
    let resolved = try InitialWeights.resolve(decided, on: world)
    let context = try RunContext(
      world: world, configuration: resolved, stopRequest: stopRequest)
    do {
      outcome = try use(context)
    } catch let failure as SharedFailure {
      context.record(failure)
      throw failure
    }
  }
  try ParallelJob.run(
    "train", settings: configuration.sharedFacts, stalls: configuration.execution.stallPolicy,
    onStart: { stopRequest = StopRequest() }, work)
  if outcome == .stopped { throw RunStopped() }
}

/// Where a run goes on, if it is not to stop at once.
package enum RunStart {
  case stopped
  case begins(from: Resumption?)

  /// What may refuse a run comes before what writes records into its folder; its log is there already.
  /// Collective.
  package init(_ context: RunContext) throws {
    let resumption = try Resumption.find(context)
    let testsOnly = context.configuration.execution.testsOnly
    if testsOnly {
      try context.world.agree {
        if context.world.rank == 0 { _ = try RunTest.findWeights(context) }
      }
    } else {
      try context.checkBatches()
    }
    guard try context.isAskedToStop() else {
      self = .begins(from: resumption)
      return
    }
    context.log.info(
      testsOnly
        ? "stopped before the test" : "stopped before the first iteration; go on with --resume")
    self = .stopped
  }
}

/// Trains as far as asked, then tests. Collective.
package func run(
  _ context: RunContext, afterUpdate disturbance: Disturbance? = nil
) throws -> Trainer.Outcome {
  guard case .begins(let resumption) = try RunStart(context) else { return .stopped }
  context.isAccepted = true
  let trainer = try Trainer(context, afterUpdate: disturbance)
  try trainer.reporter.start(
    expecting: context.configuration.execution.testsOnly
      ? nil : RunEstimate(context).text(from: resumption))
  try trainer.reporter.requireRecords()
  if !context.configuration.execution.testsOnly {
    try context.world.agree {
      guard context.world.rank == 0 else { return }
      let text = try context.configuration.canonicalJSON()
      try FileSystem.replace(context.folder.configuration, with: text + "\n")
      // Resumed without --init, only the file of the first session still names the weights.
      let namesWeights = context.configuration.execution.initialWeightsFile != nil
      if context.configuration.initialWeights == nil || namesWeights {
        try FileSystem.replace(context.folder.options, with: try context.configuration.yaml())
      }
      trainer.reporter.samples()
    }
    let outcome = try trainer.run(from: resumption)
    try trainer.reporter.shares(
      .init(
        trainingImages: trainer.forwardedImages,
        evaluationImages: trainer.evaluator.forwardedImages,
        peakResidentMebibytes: ProcessMemory.peakMebibytes))
    if outcome == .stopped { return .stopped }
    try context.world.agree { try context.dataset.pixels.awaitVerification() }
  }
  context.world.activity.enter(.test)
  try RunTest(
    context: context, evaluator: trainer.evaluator, reporter: trainer.reporter
  ).run()
  try context.world.agree { try trainer.reporter.checkpoints() }
  try trainer.reporter.requireRecords()
  context.world.activity.enter(.report)
  trainer.reporter.report()
  return .finished
}

/// A run was asked to stop and did, with a checkpoint to go on from. Every rank throws it, after
/// MPI has ended; the log has said it.
public struct RunStopped: Error {
  /// The exit code of a command that was asked to stop: there is a checkpoint to go on from.
  public static let exitCode: Int32 = 3

  public init() {}
}
