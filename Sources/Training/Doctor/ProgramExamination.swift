import Jobs
import MPI
import Settings

/// Whether all ranks run one build of the program, with the same arguments.
struct ProgramExamination {
  let settings: [SharedFact]

  /// Collective, before anything else: other programs make other exchanges.
  ///
  /// - Returns: whether there is one program, without which nothing else can be examined.
  func examine(_ world: Communicator) -> (findings: [Finding], isOne: Bool) {
    do {
      try ParallelJob.requireSameProgram("doctor", settings: settings, on: world)
    } catch {
      let finding = Finding(
        .fail, "program", "\(error)", advice: "then start doctor again: nothing else was examined",
        isOfJob: true)
      return ([finding], false)
    }
    let text =
      "switch-dist \(toolVersion), arithmetic \(ArithmeticVersion.current)"
      + (world.size > 1 ? ", the same build on all ranks" : "")
    return ([Finding(.ok, "program", text, isOfJob: true)], true)
  }
}
