import Foundation
import Settings
import TestSupport
import Testing

/// A run that was stopped and resumed, on other ranks, ends with the bits of an undisturbed one.
@Suite(.serialized) struct ResumptionTests {
  /// One start of the program; without `stopAfter` it goes to the end.
  struct Session: Sendable {
    var ranks: Int
    var threads = 1
    var stopAfter: Int?
  }

  @Test(arguments: [
    // In the middle of pre-training, before the first evaluation.
    [Session(ranks: 2, stopAfter: 2), Session(ranks: 3)],
    // At the end of pre-training.
    [Session(ranks: 1, stopAfter: 6), Session(ranks: 2)],
    // In the middle of self-training.
    [Session(ranks: 3, stopAfter: 8), Session(ranks: 1, threads: 2)],
    // In both, and once at an evaluation.
    [Session(ranks: 1, stopAfter: 4), Session(ranks: 2, stopAfter: 5), Session(ranks: 1)],
  ])
  func aStoppedRunGoesOnToTheSameResult(sessions: [Session]) throws {
    let workspace = try Workspace()
    for (index, session) in sessions.enumerated() {
      let outcome = try workspace.train(
        "run", ranks: session.ranks, threads: session.threads,
        (index > 0 ? ["--resume"] : [])
          + (session.stopAfter.map { ["--stop-after", "\($0)"] } ?? []))
      #expect(outcome.exitCode == (session.stopAfter == nil ? 0 : 3), "\(outcome.output)")
      let notes = outcome.output.split(separator: "\n").filter { $0.contains("stopped after") }
      #expect(notes.count == (session.stopAfter == nil ? 0 : 1), "\(outcome.output)")
      #expect(notes.allSatisfy { $0.contains("go on with --resume") })
      #expect(!outcome.output.contains("error:"), "\(outcome.output)")
    }
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// A stop asked for at the very end leaves nothing to go on with.
  @Test func aStopAtTheEndIsTheEnd() throws {
    let workspace = try Workspace()
    let outcome = try workspace.train("run", ["--stop-after", "12"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
    let again = try workspace.train("run", ["--resume"])
    #expect(again.exitCode == 0, "a finished run is tested again: \(again.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// The same command begins the run, goes on with it on other ranks, and tests it again.
  @Test func aJobThatMayBeStartedAgainGoesOnWhereItIs() throws {
    let workspace = try Workspace()
    let same = ["--resume-if-begun"]
    let first = try workspace.train("run", same + ["--stop-after", "8"])
    #expect(first.exitCode == 3 && !first.output.contains("resuming"), "\(first.output)")
    let second = try workspace.train("run", ranks: 2, same)
    #expect(second.exitCode == 0, "\(second.output)")
    #expect(second.output.contains("resuming self-training after 2 iterations"), "\(second.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
    let again = try workspace.train("run", same)
    #expect(again.exitCode == 0, "\(again.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
    // What lies there is of other settings.
    let other = try workspace.train("run", same + ["--seed", "6"])
    #expect(other.exitCode == 1 && other.output.contains("--seed"), "\(other.output)")
  }

  /// Files that a run leaves when it ends without warning before its first last checkpoint is whole.
  static let earlyEnds = [
    ["log.txt"], ["configuration.json", "log.txt", "metrics.jsonl"],
    ["configuration.json", "log.txt", "metrics.jsonl", "pre_best.h5"],
  ]

  @Test(arguments: earlyEnds) func aRunThatEndedEarlyStartsOver(files: [String]) throws {
    let workspace = try Workspace()
    let first = try workspace.train("run")
    try #require(first.exitCode == 0, "\(first.output)")
    try workspace.folder.makeFolder("early")
    for file in files where file.hasSuffix(".h5") {
      try workspace.folder.write(try workspace.folder.read("run/\(file)"), to: "early/\(file)")
    }
    for file in files where !file.hasSuffix(".h5") {
      try workspace.folder.write("", to: "early/\(file)")
    }
    let resumed = try workspace.train("early", ranks: 2, ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    let notes = resumed.standardError.split(separator: "\n").filter {
      $0.contains("starting from the beginning")
    }
    #expect(notes.count == 1, "\(resumed.output)")
    #expect(try RunRecord(of: "early", in: workspace) == Reference.record())
  }

  /// A run that has only pre-trained is not to begin anew for a method that does not pre-train.
  @Test func anotherMethodDoesNotStartOver() throws {
    let workspace = try Workspace()
    let first = try workspace.train("run", ["--stop-after", "2"])
    #expect(first.exitCode == 3, "\(first.output)")
    let other = try workspace.train("run", ["--resume", "--method", "supervised"])
    #expect(other.exitCode == 1, "\(other.output)")
    #expect(
      other.standardError.contains("run/pre_last.h5: cannot be resumed with other settings"))
    #expect(!workspace.folder.exists("run/self_last.h5"))
  }

  /// Nor is another seed where no checkpoint tells of the settings any more.
  @Test func otherSettingsDoNotStartOver() throws {
    let workspace = try Workspace()
    let first = try workspace.train("run", ["--stop-after", "2"])
    #expect(first.exitCode == 3, "\(first.output)")
    try workspace.folder.remove("run/pre_last.h5")
    let other = try workspace.train("run", ranks: 2, ["--resume", "--seed", "6"])
    #expect(other.exitCode == 1, "\(other.output)")
    #expect(
      other.standardError.contains(
        "run/configuration.json: cannot be resumed with other settings: --seed is 6, was 5"))
    let same = try workspace.train("run", ["--resume"])
    #expect(same.exitCode == 0, "\(same.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  @Test(.enabled(if: Processor.hasAVX512, "this processor has no other family than AVX2"))
  func anotherProcessorFamilyChangesNothing() throws {
    let workspace = try Workspace()
    let first = try workspace.train(
      "run", ["--stop-after", "8"], environment: [Processor.variable: "avx512"])
    #expect(first.exitCode == 3, "\(first.output)")
    let second = try workspace.train(
      "run", ranks: 2, ["--resume"], environment: [Processor.variable: "avx2"])
    #expect(second.exitCode == 0, "\(second.output)")
    #expect(!second.output.contains("was computed with arithmetic"), "\(second.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// A program whose source computes other bits.
  @Test func anotherArithmeticIsSaid() throws {
    let workspace = try Workspace()
    let first = try workspace.train("run", ["--stop-after", "8"])
    #expect(first.exitCode == 3, "\(first.output)")
    let (current, later) = (ArithmeticVersion.current, ArithmeticVersion.current + 1)
    try SampleEdit.setAttribute(
      "arithmetic_version", to: later, of: workspace.folder.file("run/self_last.h5"))
    let second = try workspace.train("run", ranks: 2, ["--resume"])
    #expect(second.exitCode == 0, "\(second.output)")
    let warnings = second.standardError.split(separator: "\n").filter {
      $0.contains(
        "run/self_last.h5 was computed with arithmetic \(later), this program computes with "
          + "arithmetic \(current): ")
    }
    #expect(warnings.count == 1, "\(second.output)")
    #expect(
      try workspace.inspect("run/self_last.h5")["arithmeticVersion"] as? Int == current)
  }

  /// OpenBLAS chooses its code by the processor, some of it without fused multiplication and addition;
  /// what is asked of it is exact. Every x86-64 processor runs these, and the threads are its own.
  @Test(arguments: [("Prescott", 3)])
  func anotherOpenBLASChangesNothing(coreType: String, threads: Int) throws {
    let workspace = try Workspace()
    let first = try workspace.train("run", ["--stop-after", "8"])
    #expect(first.exitCode == 3, "\(first.output)")
    let second = try workspace.train(
      "run", ["--resume"],
      environment: ["OPENBLAS_CORETYPE": coreType, "OPENBLAS_NUM_THREADS": "\(threads)"])
    #expect(second.exitCode == 0, "\(second.output)")
    #expect(!second.output.contains("was computed with arithmetic"), "\(second.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  // MARK: Signals

  static let longSchedule = ["--pre-iters", "24", "--self-iters", "2"]
  private static let undisturbed = Result { try RunRecord.ofTraining(longSchedule) }

  @Test(arguments: [SIGTERM, SIGINT]) func aSignalStopsWithACheckpoint(signal: Int32) throws {
    try interrupt(ranks: 1, signal: signal)
  }

  /// mpirun passes this signal on to all ranks, as a scheduler sends it ahead of a time limit.
  @Test func aSignalStopsAllRanks() throws {
    try interrupt(ranks: 2, signal: SIGUSR1)
  }

  private func interrupt(ranks: Int, signal: Int32) throws {
    let workspace = try Workspace()
    let stopped = try workspace.train("run", ranks: ranks, Self.longSchedule) { process in
      Workspace.await { workspace.tells("validation", in: "run") }
      kill(process, signal)
    }
    #expect(stopped.exitCode == 3, "\(stopped.output)")
    let notes = stopped.standardError.matches(of: /stopped after (\d+) iterations of pre-training/)
    #expect(notes.count == 1, "\(stopped.output)")
    let iteration = try workspace.inspect("run/pre_last.h5")["iteration"] as? Int
    #expect(notes.first.map { String($0.output.1) } == iteration.map { "\($0)" })
    #expect((3..<24).contains(iteration ?? 0))
    let resumed = try workspace.train("run", Self.longSchedule + ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    let (record, expected) = (try RunRecord(of: "run", in: workspace), try Self.undisturbed.get())
    #expect(record.files == expected.files)
    #expect(record.scores == expected.scores)
  }

  // MARK: What is missing

  /// The best weights of a phase are never those of an earlier one.
  @Test func bestWeightsThatAreGoneAreNamed() throws {
    let workspace = try Workspace()
    // The checkpoints of iterations 4 and 5: without the state of the evaluation, the best weights, of
    // iteration 3, are nowhere else.
    let first = try workspace.train("run", ["--stop-after", "11", "--checkpoint-every", "4"])
    #expect(first.exitCode == 3, "\(first.output)")
    let best = try workspace.folder.read("run/self_best.h5")
    for name in ["best", "evaluated"] { try workspace.folder.remove("run/self_\(name).h5") }
    for ending in [["--resume"], ["--test"]] {
      let outcome = try workspace.train("run", ranks: 2, ending)
      #expect(outcome.exitCode == 1, "\(outcome.output)")
      let errors = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      #expect(errors.count == 1)
      #expect(
        errors.first?.hasPrefix(
          "error: run/self_best.h5: no such file, but run/self_last.h5 remembers its score")
          == true,
        "\(outcome.output)")
    }
    let test = try workspace.run(["test", "--run", "run"])
    #expect(test.exitCode == 1 && test.output.contains("run/self_best.h5: no such file"))
    try workspace.folder.write(best, to: "run/self_best.h5")
    let resumed = try workspace.train("run", ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// Self-training starts on the best of pre-training.
  @Test func bestOfPreTrainingThatIsGoneIsNamed() throws {
    let workspace = try Workspace()
    let first = try workspace.train("run", ["--stop-after", "6"])
    #expect(first.exitCode == 3, "\(first.output)")
    try workspace.folder.remove("run/pre_best.h5")
    let resumed = try workspace.train("run", ["--resume"])
    #expect(resumed.exitCode == 1)
    #expect(
      resumed.output.contains("error: run/pre_best.h5: no such file, but run/pre_last.h5"),
      "\(resumed.output)")
  }

  /// A phase that was never evaluated has no best weights yet, and those of the phase before are not its.
  @Test func aPhaseWithoutBestWeightsIsNotTested() throws {
    let workspace = try Workspace()
    let first = try workspace.train("run", ["--stop-after", "7"])
    #expect(first.exitCode == 3, "\(first.output)")
    let test = try workspace.train("run", ["--test"])
    #expect(test.exitCode == 1)
    #expect(
      test.output.contains("run/self_best.h5: no such file: self-training was not evaluated yet"),
      "\(test.output)")
  }
}
