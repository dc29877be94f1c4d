import MPI
import SelfTest

/// Whether all ranks compute the reference results, in groups as large as a run may be.
struct KnownAnswerExamination: Examination {
  func examine(_ job: ExaminedJob) throws -> [Finding] {
    guard job.canCompute else {
      return [
        Finding(
          .warn, "answers", "they were not computed", advice: "see processor and memory",
          isOfJob: true)
      ]
    }
    let color = Int32(job.world.rank / job.configuration.pairCount)
    guard let group = try job.world.split(color: color) else { return [] }
    do {
      let answers = try KnownAnswerRun(on: group, threadCount: job.threads).run { _ in }
      let verdict = KnownAnswerRun.Verdict(answers, recorded: .recorded)
      return [
        Finding(
          verdict.exitCode == 0 ? .ok : .fail, "answers",
          verdict.exitCode == 0 ? "\(verdict.text), \(answers.summary)" : verdict.text,
          advice: verdict.exitCode == 0
            ? "" : "switch-dist selftest on each host says which computes otherwise")
      ]
    } catch let failure as SharedFailure {
      return [Finding(.fail, "answers", "they cannot be computed: \(failure)")]
    }
  }
}
