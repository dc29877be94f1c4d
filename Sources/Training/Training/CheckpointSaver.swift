import Files
import Methods
import Network
import Runs
import Settings

/// Knows when a run's checkpoints are due and has rank 0 write them beside training.
package final class CheckpointSaver {
  private let context: RunContext
  private let replica: Replica
  /// On rank 0.
  private let writer: CheckpointWriter?
  private var lastTime = ContinuousClock.now
  /// Of the file of the phase that is called last; nil where there is none.
  private var lastIteration: Int?

  /// - Parameter record: on rank 0.
  init(_ context: RunContext, _ replica: Replica, record: LineFile?) {
    self.context = context
    self.replica = replica
    writer = record.map {
      CheckpointWriter(layout: context.network.graph.layout, record: $0)
    }
  }

  /// Whether the time for a checkpoint has come by rank 0's clock; ranks must agree on what follows.
  var isTimeUp: Bool {
    guard writer != nil, case .minutes(let count) = interval else { return false }
    return ContinuousClock.now - lastTime >= .seconds(60 * count)
  }

  /// Whether the iteration, counted from 1, has a checkpoint by its number.
  func isDue(_ iteration: Int) -> Bool {
    guard case .iterations(let count) = interval else { return false }
    return iteration % count == 0
  }

  /// Whether rank 0 could not write.
  var hasFailed: Bool { writer?.failure != nil }

  private var interval: CheckpointInterval { context.configuration.execution.checkpointInterval }

  /// Tells what the run goes on from.
  func goesOn(from resumption: Resumption) {
    let isUsual = resumption.path == context.folder.last(resumption.phase)
    lastIteration = isUsual ? resumption.progress.iteration : nil
  }

  /// Whether the file of the phase that is called last is of this iteration.
  func hasSaved(_ progress: PhaseProgress) -> Bool { lastIteration == progress.iteration }

  /// Starts writing the state to go on from, and before it the best weights if they are these. The state
  /// of the last evaluation stays beside later ones. Collective; throws on all ranks what could not be
  /// written before.
  func save(_ plan: PhasePlan, _ progress: PhaseProgress, isBest: Bool) throws {
    try replica.awaitTeacher()
    context.world.activity.enter(.checkpoint, iteration: progress.iteration)
    let folder = context.folder
    let schedule = context.configuration.schedule
    let isLastEvaluated = lastIteration.map { schedule.evaluates(after: $0) } ?? false
    let last = CheckpointWriter.Target(
      folder.last(plan.phase),
      keeping: isLastEvaluated ? folder.evaluated(plan.phase) : folder.previous(plan.phase))
    let best = CheckpointWriter.Target(folder.best(plan.phase))
    try context.world.agree {
      try context.requireLock()
      try writer?.start(
        replica.state(hasTeacher: plan.usesTeacher),
        header: context.header(phase: plan.phase, progress: progress),
        to: isBest ? [best, last] : [last])
    }
    lastTime = .now
    lastIteration = progress.iteration
  }

  /// Waits until all that was saved is there. Collective.
  func finish() throws {
    try context.world.agree { try writer?.wait() }
  }

  /// Waits as `finish` does; a phase that is done needs only its last checkpoint.
  func end(_ phase: Phase) throws {
    lastIteration = nil
    try context.world.agree {
      guard let writer else { return }
      try writer.wait()
      try context.requireLock()
      for path in context.folder.passing(phase) { try FileSystem.remove(path) }
    }
  }
}
