import Files
import MPI
import Methods
import Runs

/// Where a phase that diverged begins again: the state at its last evaluation, wherever the run was
/// interrupted meanwhile, or its beginning.
struct ReturnPoint {
  /// Iterations of the phase that are done there.
  let iteration: Int
  /// The checkpoint that holds the state; nil for the beginning of the phase.
  let path: String?

  /// Iterations at the last evaluation before so many.
  static func iteration(before done: Int, interval: Int) -> Int { done / interval * interval }

  /// Rank 0 looks, all ranks hear. Collective.
  ///
  /// - Throws: `SharedFailure` where the state is not there any more.
  static func find(_ phase: Phase, after done: Int, _ context: RunContext) throws -> ReturnPoint {
    let iteration = iteration(
      before: done, interval: context.configuration.schedule.evaluationInterval)
    let folder = context.folder
    let found = try context.world.agree { () -> String in
      guard context.world.rank == 0 else { return "" }
      let holder = [folder.last(phase), folder.evaluated(phase)].first {
        (try? CheckpointFile.readHeader($0))?.iteration == iteration
      }
      guard let path = holder ?? (iteration == 0 ? "" : nil) else {
        throw FileError(
          folder.last(phase),
          "does not hold the state of the evaluation after \(iteration) iterations")
      }
      return path
    }
    let path = try context.world.broadcast(found)
    return ReturnPoint(iteration: iteration, path: path.isEmpty ? nil : path)
  }

  /// For messages.
  var text: String {
    path.map { "\($0), after \(iteration) iterations" } ?? "the beginning of the phase"
  }
}
