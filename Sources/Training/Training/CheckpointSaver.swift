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

  /// Starts writing the state to go on from, and before it the best weights if they are these.
  /// Collective; throws on all ranks what could not be written before.
  func save(_ plan: PhasePlan, _ progress: PhaseProgress, isBest: Bool) throws {
    try replica.awaitTeacher()
    context.world.activity.enter(.checkpoint, iteration: progress.iteration)
    let folder = context.folder
    let last = CheckpointWriter.Target(
      folder.last(plan.phase), keeping: folder.previous(plan.phase))
    let best = CheckpointWriter.Target(folder.best(plan.phase))
    try context.world.agree {
      try writer?.start(
        replica.state(hasTeacher: plan.usesTeacher),
        header: context.header(phase: plan.phase, progress: progress),
        to: isBest ? [best, last] : [last])
    }
    lastTime = .now
  }

  /// Waits until all that was saved is there. Collective.
  func finish() throws {
    try context.world.agree { try writer?.wait() }
  }

  /// Waits as `finish` does; a phase that is done needs only its last checkpoint.
  func end(_ phase: Phase) throws {
    try context.world.agree {
      guard let writer else { return }
      try writer.wait()
      try FileSystem.remove(context.folder.previous(phase))
    }
  }
}
