import Files
import Learning
import Methods
import Runs
import Settings

/// Looks on rank 0 for where a run goes on: at the newest of its checkpoints that is good. Damaged ones
/// are set aside, and best weights that are gone are made again where another file has them.
struct ResumptionSearch {
  private let context: RunContext
  private var folder: RunFolder { context.folder }
  private var conditions: [String: CheckpointCondition] = [:]
  private var damages: [FileError] = []

  init(_ context: RunContext) { self.context = context }

  /// - Throws: for checkpoints of other settings or data, and where the best weights cannot be made again.
  ///   Nothing was changed then.
  mutating func run() throws -> Resumption? {
    var found: Resumption?
    var source: String?
    for phase in folder.resumablePhases {
      found = try newest(of: phase)
      guard let found else { continue }
      source = try sourceOfBest(for: found)
      for earlier in Phase.ofFiles where earlier.stream < phase.stream { try lookAt(earlier) }
      break
    }
    try setAside()
    if let source, let found { try makeBest(of: found.phase, from: source) }
    return found
  }

  // MARK: Looking

  /// The last state of a phase, or the newest of the others: of two iterations the one that came after
  /// more rollbacks is newer.
  private mutating func newest(of phase: Phase) throws -> Resumption? {
    if let last = try resumption(from: folder.last(phase), phase) { return last }
    var others: [Resumption] = []
    for path in folder.passing(phase) + [folder.best(phase)] {
      if let other = try resumption(from: path, phase) { others.append(other) }
    }
    return others.max {
      ($0.progress.rollbacks, $0.progress.iteration) < (
        $1.progress.rollbacks, $1.progress.iteration
      )
    }
  }

  private mutating func resumption(from path: String, _ phase: Phase) throws -> Resumption? {
    guard case .good(let header) = try condition(of: path, phase) else { return nil }
    return Resumption(
      // The same settings have the same phases.
      phase: plan(of: phase)?.phase ?? phase,
      progress: PhaseProgress(
        iteration: header.iteration, bestScore: header.bestScore,
        bestIteration: header.bestIteration, rollbacks: header.rollbacks),
      arithmeticVersion: header.arithmeticVersion, path: path)
  }

  /// Looks at each file once.
  private mutating func condition(
    of path: String, _ phase: Phase
  ) throws -> CheckpointCondition {
    if let known = conditions[path] { return known }
    var condition = try CheckpointFile.condition(of: path)
    if case .good(let header) = condition {
      try header.check(
        path, "resumed", context, where: header.mustStay(in: context.configuration))
      condition = try CheckpointFile.condition(
        of: path, fits: context.network.graph.layout,
        hasTeacher: plan(of: phase)?.usesTeacher ?? false)
    }
    if case .damaged(let error) = condition { damages.append(error) }
    conditions[path] = condition
    return condition
  }

  private func plan(of phase: Phase) -> PhasePlan? {
    context.configuration.phases.first { $0.phase.key == phase.key }
  }

  /// A finished phase is not needed to go on, but its files are part of the result.
  private mutating func lookAt(_ phase: Phase) throws {
    for path in [folder.best(phase), folder.last(phase)] { _ = try condition(of: path, phase) }
  }

  // MARK: Best weights

  /// The file to make the best weights from, if they must be made again.
  private mutating func sourceOfBest(for found: Resumption) throws -> String? {
    guard let wanted = found.progress.bestIteration else { return nil }
    let phase = found.phase
    let path = folder.best(phase)
    let problem: String
    switch try condition(of: path, phase) {
    // A run that was killed may have found better ones after its last checkpoint; it will again.
    case .good(let header) where header.iteration >= wanted: return nil
    case .good(let header): problem = "is of iteration \(header.iteration)"
    case .damaged(let error): problem = error.message
    case .missing: problem = "no such file"
    }
    // The state after an evaluation that was the best is the same in both files.
    for other in folder.passing(phase) + [folder.last(phase)] {
      if case .good(let header) = try condition(of: other, phase), header.iteration == wanted,
        header.bestScore == found.progress.bestScore,
        header.rollbacks <= found.progress.rollbacks
      {
        return other
      }
    }
    throw FileError(
      path,
      "\(problem), but \(found.path) remembers its score, of iteration \(wanted): "
        + folder.remedy(for: phase))
  }

  private func makeBest(of phase: Phase, from source: String) throws {
    let path = folder.best(phase)
    context.log.warning("\(path) is gone or damaged: \(source) has the same state")
    if !context.configuration.execution.isDryRun { try FileSystem.copy(source, to: path) }
  }

  // MARK: Damage

  private func setAside() throws {
    for damage in damages {
      guard !context.configuration.execution.isDryRun else {
        context.log.warning("\(damage)")
        continue
      }
      let aside = try FileSystem.setAsideDamaged(damage.path)
      context.log.warning("\(damage); set aside as \(aside)")
    }
  }
}

extension CheckpointHeader {
  /// Which options a run that goes on must leave as they were. How often it may go back decides nothing of
  /// what was done until now, if that was allowed.
  func mustStay(in configuration: RunConfiguration) -> (RunOption) -> Bool {
    let goesBackMore = rollbacks > configuration.divergence.allowedRollbacks
    return { goesBackMore || !DivergenceConfiguration.holds($0) }
  }
}
