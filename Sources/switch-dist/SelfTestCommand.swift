import ArgumentParser
import Glibc
import Jobs
import MPI
import SelfTest
import Settings

/// `switch-dist selftest`: whether this machine computes the reference results.
struct SelfTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Check that this machine computes the reference results; also under mpirun.",
    discussion: """
      Examples:
        switch-dist selftest
        mpirun -n 2 switch-dist selftest

      Makes a synthetic data set, converts it, trains all methods for a few iterations and compares \
      digests with those that were recorded when this program was made: they are the same on every \
      processor. The last line is one digest for all. It takes less than five minutes and writes \
      into a temporary folder only. Exit codes: 0 the reference results, 1 a result differs (or an \
      error).
      """)

  @Option(help: "Computing threads of each rank. (default: the cores a rank may use)")
  var threads: Int?

  @Flag(
    help: ArgumentHelp(
      "Print the results as lines of the file of known answers, then the one digest.",
      visibility: .hidden))
  var record = false

  @OptionGroup var stalls: StallFlags

  func run() throws {
    if let threads {
      var configuration = RunConfiguration()
      configuration.execution.threadCount = threads
      try configuration.validate()
    }
    let settings = ParallelJob.settings(ofArguments: Array(CommandLine.arguments.dropFirst()))
    var code: Int32 = 0
    try ParallelJob.run("selftest", settings: settings, stalls: stalls.policy) { world in
      let test = try KnownAnswerRun(on: world, threadCount: threads)
      let answers = try test.run { answer in
        if world.rank == 0 { show(answer) }
      }
      let verdict = KnownAnswerRun.Verdict(answers, recorded: .recorded)
      code = record ? 0 : verdict.exitCode
      guard world.rank == 0 else { return }
      if !record {
        for line in try KnownAnswerRun.machine { print(line) }
        print(verdict.text)
      }
      print(answers.summary)
    }
    if code != 0 { throw ExitCode(code) }
  }

  private func show(_ answer: KnownAnswers.Answer) {
    guard !record else { return print(answer.line) }
    let known = KnownAnswers.recorded.digest(answer.name)
    let word = known.map { $0 == answer.digest ? "equal" : "DIFFERS" } ?? "not known"
    print("\(answer.name): \(answer.digest.prefix(16))… \(word)")
    fflush(nil)
  }
}
