import MPI
import Methods
import Runs
import Settings

/// Where `--resume` goes on: the newest good checkpoint of the latest phase that has one.
package struct Resumption {
  let phase: Phase
  let progress: PhaseProgress
  /// `ArithmeticVersion` of the checkpoint: with another one the run goes on, but not bit for bit.
  let arithmeticVersion: Int
  /// The checkpoint.
  let path: String

  /// The configuration with `--resume-if-begun` decided by what rank 0 finds in the folder. Collective.
  static func decide(
    _ configuration: RunConfiguration, on world: Communicator
  ) throws -> RunConfiguration {
    guard configuration.execution.resumesIfBegun else { return configuration }
    let isBegun = world.rank == 0 && RunFolder(configuration.runDirectory).holdsBeginning
    var decided = configuration
    decided.execution.resumes = try world.allReduceMax(UInt8(isBegun ? 1 : 0)) == 1
    return decided
  }

  /// Rank 0 looks and checks, all ranks hear. Nothing when the run starts from the beginning, also
  /// with `--resume` where it ended before its first checkpoint or has only damaged ones.
  static func find(_ context: RunContext) throws -> Resumption? {
    guard context.configuration.execution.resumes else { return nil }
    let found = try context.world.agree { () -> Resumption? in
      guard context.world.rank == 0 else { return nil }
      var search = ResumptionSearch(context)
      return try search.run()
    }
    return try share(found, context)
  }

  private static func phases(_ context: RunContext) -> [Phase] {
    context.configuration.phases.map(\.phase)
  }

  /// Gives rank 0's finding to all.
  private static func share(_ found: Resumption?, _ context: RunContext) throws -> Resumption? {
    let progress = found?.progress ?? PhaseProgress()
    var numbers: [Int64] = [
      Int64(found.flatMap { phases(context).firstIndex(of: $0.phase) } ?? -1),
      Int64(progress.iteration),
      Int64(progress.bestIteration ?? -1), Int64(found?.arithmeticVersion ?? 0),
      Int64(progress.rollbacks),
    ]
    try context.world.broadcast(&numbers)
    let score = try context.world.broadcast(progress.bestScore ?? -1)
    let path = try context.world.broadcast(found?.path ?? "")
    guard numbers[0] >= 0 else { return nil }
    let phase = phases(context)[Int(numbers[0])]
    let hasBest = numbers[2] >= 0
    return Resumption(
      phase: phase,
      progress: PhaseProgress(
        iteration: Int(numbers[1]), bestScore: hasBest ? score : nil,
        bestIteration: hasBest ? Int(numbers[2]) : nil, rollbacks: Int(numbers[4])),
      arithmeticVersion: Int(numbers[3]), path: path)
  }
}
