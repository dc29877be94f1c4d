import Methods

/// The iteration that a run is asked to write out.
public struct DumpRequest: Equatable, Sendable {
  public var phase: Phase
  /// Counted from 1, as in the log.
  public var iteration: Int

  public init(phase: Phase, iteration: Int) {
    self.phase = phase
    self.iteration = iteration
  }

  /// Nothing where none is asked for.
  /// - Throws: `ConfigurationError` for an iteration that the run does not have.
  public init?(_ configuration: RunConfiguration) throws(ConfigurationError) {
    guard let iteration = configuration.execution.dumpIteration else {
      guard configuration.execution.dumpPhase == nil else {
        throw ConfigurationError("--dump-phase says where --dump-iteration counts; name both")
      }
      return nil
    }
    let phases = configuration.phases.map(\.phase).filter {
      configuration.execution.dumpPhase ?? $0.key == $0.key
    }
    let phase = phases.last { iteration >= 1 && iteration <= configuration.iterations(of: $0) }
    guard let phase else {
      let lengths = phases.map { "\($0.name) has \(configuration.iterations(of: $0))" }
      throw ConfigurationError(
        "--dump-iteration \(iteration) is no iteration of this run: "
          + (lengths.isEmpty ? "it has no such phase" : lengths.joined(separator: ", ")))
    }
    self.iteration = iteration
    self.phase = phase
  }
}
