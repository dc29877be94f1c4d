import Methods
import Runs
import Settings

/// Where `--resume` goes on: the last checkpoint of the latest phase.
package struct Resumption {
  let phase: Phase
  let progress: PhaseProgress
  /// `ArithmeticVersion` of the checkpoint: with another one the run goes on, but not bit for bit.
  let arithmeticVersion: Int

  /// Rank 0 looks and checks, all ranks hear. Nothing when the run starts from the beginning, also
  /// with `--resume` where it ended before its first checkpoint.
  static func find(_ context: RunContext) throws -> Resumption? {
    guard context.configuration.execution.resumes else { return nil }
    let found = try context.world.agree { () -> Resumption? in
      guard context.world.rank == 0 else { return nil }
      return try find(context.folder, context)
    }
    return try share(found, context)
  }

  private static func find(_ folder: RunFolder, _ context: RunContext) throws -> Resumption? {
    guard let latest = folder.latest else { return nil }
    let path = folder.last(latest)
    let header = try CheckpointFile.readHeader(path)
    let policy = context.configuration.divergence
    // How often the run may go back decides nothing of what was done until now, if that was allowed.
    try header.check(path, "resumed", context) {
      !DivergenceConfiguration.holds($0) || header.rollbacks > policy.allowedRollbacks
    }
    // The same settings have the same phases.
    let phase = phases(context).first { $0.key == latest.key } ?? latest
    if header.bestScore != nil { try folder.requireBest(phase) }
    return Resumption(
      phase: phase,
      progress: PhaseProgress(
        iteration: header.iteration, bestScore: header.bestScore,
        bestIteration: header.bestIteration, rollbacks: header.rollbacks),
      arithmeticVersion: header.arithmeticVersion)
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
    guard numbers[0] >= 0 else { return nil }
    let phase = phases(context)[Int(numbers[0])]
    let hasBest = numbers[2] >= 0
    return Resumption(
      phase: phase,
      progress: PhaseProgress(
        iteration: Int(numbers[1]), bestScore: hasBest ? score : nil,
        bestIteration: hasBest ? Int(numbers[2]) : nil, rollbacks: Int(numbers[4])),
      arithmeticVersion: Int(numbers[3]))
  }
}
