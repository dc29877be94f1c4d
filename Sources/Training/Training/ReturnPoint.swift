import MPI
import Methods
import Runs

/// Where a phase that diverged may begin again: a state that is there wherever the run was interrupted.
struct ReturnPoint {
  /// Iterations of the phase that are done there.
  let iteration: Int
  /// The checkpoint that holds the state; nil for the beginning of the phase.
  let path: String?

  /// Iterations at the last evaluation before so many.
  static func iteration(before done: Int, interval: Int) -> Int { done / interval * interval }

  /// The states at the last evaluation and at the best one, and the beginning of the phase, in this order.
  /// Rank 0 looks, all ranks hear. Collective.
  ///
  /// - Throws: `SharedFailure` where the first is not there any more.
  static func all(
    _ phase: Phase, before progress: PhaseProgress, _ context: RunContext
  ) throws -> [ReturnPoint] {
    let iteration = iteration(
      before: progress.iteration, interval: context.configuration.schedule.evaluationInterval)
    let folder = context.folder
    let evaluated = try find(iteration, in: [folder.last(phase), folder.evaluated(phase)], context)
    guard !evaluated.isEmpty || iteration == 0 else {
      throw SharedFailure(
        message:
          "\(folder.last(phase)): does not hold the state of the evaluation after \(iteration) "
          + "iterations")
    }
    var points: [ReturnPoint] = []
    if !evaluated.isEmpty { points.append(.init(iteration: iteration, path: evaluated)) }
    if let best = progress.bestIteration, best < iteration {
      let path = try find(best, in: [folder.best(phase)], context)
      if !path.isEmpty { points.append(.init(iteration: best, path: path)) }
    }
    if iteration > 0 || points.isEmpty { points.append(.init(iteration: 0, path: nil)) }
    return points
  }

  /// The first of these checkpoints that is of an iteration; empty where none is.
  private static func find(
    _ iteration: Int, in paths: [String], _ context: RunContext
  ) throws -> String {
    var found = ""
    if context.world.rank == 0 {
      found =
        paths.first { (try? CheckpointFile.readHeader($0))?.iteration == iteration } ?? ""
    }
    return try context.world.broadcast(found)
  }

  /// For messages.
  var text: String {
    path.map { "\($0), after \(iteration) iterations" } ?? "the beginning of the phase"
  }
}
