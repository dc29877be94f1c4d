import MPI
import Methods
import Runs

/// Where a phase that diverged may begin again: a state that is there wherever the run was interrupted.
struct ReturnPoint {
  /// Iterations of the phase that are done there.
  let iteration: Int
  /// The checkpoint that holds the state; nil for the beginning of the phase.
  let path: String?

  /// The states at the last evaluation and at the best one, and the beginning of the phase, in this order.
  /// Rank 0 looks, where nothing is being written; all ranks hear. Collective.
  ///
  /// - Throws: `SharedFailure` where one of them is not there any more: the next one would be another
  ///   result.
  static func all(
    _ phase: Phase, before progress: PhaseProgress, _ context: RunContext
  ) throws -> [ReturnPoint] {
    let folder = context.folder
    let evaluated = context.configuration.schedule.lastEvaluation(before: progress.iteration)
    var points: [ReturnPoint] = []
    if evaluated > 0 {
      let files = [folder.last(phase), folder.evaluated(phase), folder.best(phase)]
      points.append(
        try find(evaluated, in: files, context) { $0.rollbacks == progress.rollbacks })
    }
    if let best = progress.bestIteration, best < evaluated {
      points.append(
        try find(best, in: [folder.best(phase)], context) { $0.bestScore == progress.bestScore })
    }
    return points + [ReturnPoint(iteration: 0, path: nil)]
  }

  /// The first of these checkpoints that is of an iteration and of this course of the run.
  private static func find(
    _ iteration: Int, in paths: [String], _ context: RunContext,
    where belongs: (CheckpointHeader) -> Bool
  ) throws -> ReturnPoint {
    var found = ""
    if context.world.rank == 0 {
      found =
        paths.first { path in
          guard let header = try? CheckpointFile.readHeader(path) else { return false }
          return header.iteration == iteration && belongs(header)
        } ?? ""
    }
    found = try context.world.broadcast(found)
    guard !found.isEmpty else {
      throw SharedFailure(
        message:
          "\(paths[0]): does not hold the state of the evaluation after \(iteration) iterations, nor "
          + "does another file")
    }
    return ReturnPoint(iteration: iteration, path: found)
  }

  /// For messages.
  var text: String {
    path.map { "\($0), after \(iteration) iterations" } ?? "the beginning of the phase"
  }
}
