import Foundation
import TestSupport
import Testing

/// Signals are requests from the moment MPI has started: no run dies of one, whatever it is doing.
@Suite(.serialized) struct SignalTests {
  private static let schedule = ["--pre-iters", "24", "--self-iters", "2"]
  private static let undisturbed = Result { try RunRecord.ofTraining(schedule) }

  /// While the images are loaded, before and in the first iterations: wherever the notice meets the
  /// run, the result is that of an undisturbed one.
  @Test(arguments: [(1, 0), (1, 150), (2, 60)])
  func aNoticeAtTheBeginningIsARequest(ranks: Int, milliseconds: Int) throws {
    let workspace = try Workspace()
    let stopped = try workspace.train("run", ranks: ranks, Self.schedule) { process in
      Workspace.await { workspace.folder.exists("run/log.txt") }
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      kill(process, SIGUSR1)
    }
    #expect(stopped.exitCode == 3, "\(stopped.output)")
    let notes = stopped.standardError.split(separator: "\n").filter { $0.contains("stopped ") }
    #expect(notes.count == 1 && notes.first?.contains("--resume") == true, "\(stopped.output)")
    let resumed = try workspace.train("run", Self.schedule + ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    #expect(try RunRecord(of: "run", in: workspace).files == Self.undisturbed.get().files)
  }

  /// Whatever a scheduler or a terminal sends that ends other programs.
  @Test(arguments: [SIGUSR2, SIGXCPU, SIGHUP]) func everyNoticeIsARequest(signal: Int32) throws {
    let workspace = try Workspace()
    let stopped = try workspace.train("run", Self.endless) { process in
      Workspace.await { workspace.tells("iteration", in: "run") }
      kill(process, signal)
    }
    #expect(stopped.exitCode == 3, "\(stopped.output)")
    #expect(workspace.folder.exists("run/pre_last.h5"))
  }

  private static let endless = ["--pre-iters", "100000", "--eval-every", "100000"]

  /// As `nohup` has it.
  @Test func aHangUpThatIsIgnoredStaysIgnored() throws {
    let workspace = try Workspace()
    let command =
      ["bash", "-c", "trap '' HUP; exec \"$@\"", "nohup", try ChildProcess.program("switch-dist")]
      + Workspace.setting + Self.endless
      + ["--dataset", "./set", "--run-dir", "run", "--threads", "1"]
    let outcome = try ChildProcess.run(command, directory: workspace.folder.path) { process in
      Workspace.await { workspace.tells("iteration", in: "run") }
      kill(process, SIGHUP)
      let count = (try? workspace.events("run", "iteration").count) ?? 0
      Workspace.await { (try? workspace.events("run", "iteration").count) ?? 0 > count + 1 }
      #expect(!workspace.logs("stopped after", in: "run"))
      kill(process, SIGTERM)
    }
    #expect(outcome.exitCode == 3, "\(outcome.output)")
  }

  /// `| tee` and Ctrl-C, which ends `tee` at once: the run stops as ever, and its log is whole.
  @Test(arguments: [false, true]) func aReaderThatGoesAwayEndsNothing(isClosedAtStart: Bool) throws
  {
    let workspace = try Workspace()
    let command =
      try [ChildProcess.program("switch-dist")] + Workspace.setting + Self.endless
      + ["--dataset", "./set", "--run-dir", "run", "--threads", "1"]
    let pipe =
      isClosedAtStart ? "exec \"$@\" >&- 2>&-" : "exec \"$@\" > >(head -n 1) 2>&1"
    let outcome = try ChildProcess.run(
      ["bash", "-c", pipe, "bash"] + command, directory: workspace.folder.path
    ) { process in
      Workspace.await { workspace.tells("iteration", in: "run") }
      kill(process, SIGINT)
    }
    #expect(outcome.exitCode == 3, "\(outcome.output)")
    #expect(workspace.logs("stopped after", in: "run"))
    #expect(try workspace.inspect("run/pre_last.h5")["iteration"] as? Int ?? 0 > 0)
  }

  /// A scheduler that says it again and again, by one signal and the other, harms nothing.
  @Test func furtherNoticesDoNoHarm() throws {
    let workspace = try Workspace()
    let slow = ["--img-size", "512", "--batch-size", "8", "--pre-iters", "3", "--self-iters", "0"]
    let outcome = try workspace.train("run", slow) { process in
      Workspace.await { workspace.logs("pre-training: 3 iterations", in: "run") }
      for signal in [SIGUSR1, SIGTERM, SIGUSR1, SIGTERM] {
        kill(process, signal)
        Thread.sleep(forTimeInterval: 0.55)
      }
    }
    #expect(outcome.exitCode == 3 || outcome.exitCode == 0, "\(outcome.output)")
    #expect(workspace.folder.exists("run/pre_last.h5"))
  }

  /// Who presses Ctrl-C twice does not want to wait for the iteration.
  @Test func aSecondCtrlCEndsTheRunAtOnce() throws {
    let workspace = try Workspace()
    let slow = [
      "--img-size", "768", "--batch-size", "24", "--pre-iters", "2", "--self-iters", "0",
    ]
    let outcome = try workspace.train("run", slow) { process in
      Workspace.await { workspace.logs("pre-training: 2 iterations", in: "run") }
      kill(process, SIGINT)
      // The first may be heard late, which makes the second the same press; then the third is another.
      for _ in 0..<2 {
        Thread.sleep(forTimeInterval: 0.6)
        kill(process, SIGINT)
      }
    }
    #expect(outcome.exitCode == 128 + SIGINT, "\(outcome.output)")
    #expect(!workspace.folder.exists("run/pre_last.h5"))
  }

  /// A test that has begun is short and goes to its end.
  @Test(arguments: [SIGTERM, SIGUSR1]) func aTestIsFinished(signal: Int32) throws {
    let workspace = try Workspace()
    let slow = [
      "--img-size", "512", "--batch-size", "4", "--pre-iters", "1", "--self-iters", "0",
    ]
    let training = try workspace.train("run", slow)
    try #require(training.exitCode == 0, "\(training.output)")
    let scores = try workspace.folder.read("run/test_scores.csv")
    try workspace.folder.remove("run/test_scores.csv")
    try workspace.folder.write("", to: "run/log.txt")
    let test = try workspace.train("run", slow + ["--test"]) { process in
      Workspace.await { workspace.logs("1 rank", in: "run") }
      kill(process, signal)
    }
    #expect(test.exitCode == 0, "\(test.output)")
    #expect(try workspace.folder.read("run/test_scores.csv") == scores)
  }
}
