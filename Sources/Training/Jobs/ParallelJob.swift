import MPI
public import RankWatch
import Settings

/// One command on all ranks of a job, which must be of one build and have been asked for the same.
public enum ParallelJob {
  private static let advice = "start all ranks with the same options and the same program"

  /// Starts MPI, lets the ranks agree on program, command and settings, and runs `body` on all of them.
  ///
  /// - Parameters:
  ///   - command: its name.
  ///   - settings: what decides the result or what the ranks do together; not what each rank may have
  ///     for itself, such as its number of threads.
  ///   - stalls: how long the job may stand still.
  ///   - onStart: called on every rank as soon as MPI has started.
  /// - Throws: `SharedFailure` on every rank that names the first difference; what `body` throws.
  public static func run(
    _ command: String, settings: [SharedFact], stalls: StallPolicy = StallPolicy(),
    onStart: () -> Void = {},
    _ body: (Communicator) throws -> Void
  ) throws {
    try Universe.run(stalls: stalls) { world in
      onStart()
      try world.agree { try checkLaunch(world) }
      try requireSameProgram(command, settings: settings, on: world)
      try body(world)
    }
  }

  /// Refuses ranks of other programs, or that were asked for something else. Collective.
  package static func requireSameProgram(
    _ command: String, settings: [SharedFact], on world: Communicator
  ) throws {
    let program = [
      SharedFact("version", toolVersion), SharedFact("command", command),
    ]
    try world.requireEqual(program + settings, advice: advice)
    guard world.size > 1 else { return }
    try world.requireEqual(
      [SharedFact("build", ProgramDescription.executableFingerprint)],
      advice: "copy one build of switch-dist to all nodes")
  }

  /// Tells the ranks that this one cannot begin, whether all have the same reason or others are about to
  /// `run`: rank 0 then says it once.
  ///
  /// - Returns: false where there are no others to tell, or MPI has ended; the reason is still to be said.
  public static func refuses(_ reason: String) -> Bool {
    guard Universe.launcherSize > 1 else { return false }
    var isSaid = false
    try? Universe.run { world in
      guard world.size > 1 else { return }
      isSaid = true
      // The first exchange of `run`.
      try world.agree { throw ConfigurationError(reason) }
    }
    return isSaid
  }

  /// Arguments of a command as one setting, without those that each rank may have for itself.
  ///
  /// - Parameter own: the names of these options.
  public static func settings(
    ofArguments arguments: [String], own: [String] = ["--threads"]
  ) -> [SharedFact] {
    var kept: [String] = []
    var skips = false
    for argument in arguments {
      if skips {
        skips = false
      } else if own.contains(argument) {
        skips = true
      } else if !own.contains(where: { argument.hasPrefix("\($0)=") }) {
        kept.append(argument)
      }
    }
    return [SharedFact("arguments", kept.joined(separator: " "))]
  }
}

/// Refuses to work as many separate processes when the launcher did not connect the ranks.
package func checkLaunch(_ world: Communicator) throws(ConfigurationError) {
  guard world.size == 1, Universe.launcherSize > 1 else { return }
  throw ConfigurationError(
    "\(Universe.launcherSize) processes were started, but MPI does not connect them; "
      + "start them with mpirun or with srun --mpi=pmix")
}

extension RunConfiguration {
  /// What all ranks of a run must have been asked for: every option by its role, then the whole as
  /// JSON.
  package var sharedFacts: [SharedFact] {
    get throws {
      let options = RunOption.all.compactMap { option -> SharedFact? in
        let name = "--\(option.name)"
        let text = option.text(self)
        return switch option.role {
        case .result: SharedFact(name, text ?? "not given")
        case .course where option.isFlag:
          SharedFact(name, text == "true" ? "given" : "not given")
        case .course: SharedFact(name, text ?? "not given")
        case .place: SharedFact(name, text == nil ? "not given" : "given")
        case .own: nil
        }
      }
      return options + [SharedFact("settings", try checkpointJSON())]
    }
  }
}

extension ExecutionConfiguration {
  /// `--stall-warning` and `--stall-limit` of a training.
  package var stallPolicy: StallPolicy {
    StallPolicy(
      warning: stallWarning, limit: stallLimit,
      remedy: "go on from the last checkpoint with --resume")
  }
}

extension StallPolicy {
  /// - Parameters:
  ///   - warning: 0 for never, as is `limit`.
  ///   - remedy: nil for a job that is started again.
  public init(warning: TimeSpan, limit: TimeSpan, remedy: String? = nil) {
    func time(_ span: TimeSpan) -> Duration? { span.seconds > 0 ? .seconds(span.seconds) : nil }
    self.init(warning: time(warning), limit: time(limit))
    if let remedy { self.remedy = remedy }
  }
}
