import Foundation
import TestSupport
import Testing

/// Checkpoints apart from evaluations: a run that is killed keeps something, and how often changes
/// nothing.
@Suite(.serialized) struct CheckpointIntervalTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil

  /// On other ranks, with another interval after a stop.
  @Test func theIntervalChangesNothing() throws {
    let workspace = try Workspace()
    let first = try workspace.train(
      "run", ranks: 2, ["--checkpoint-every", "1", "--stop-after", "8"])
    #expect(first.exitCode == 3, "\(first.output)")
    #expect(try workspace.inspect("run/self_previous.h5")["iteration"] as? Int == 1)
    let second = try workspace.train("run", ["--resume", "--checkpoint-every", "2"])
    #expect(second.exitCode == 0, "\(second.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
    #expect(!workspace.folder.exists("run/pre_previous.h5"))
    #expect(!workspace.folder.exists("run/self_previous.h5"))
  }

  @Test(arguments: isLong ? ["2", "1m"] : ["2"])
  func aRunThatIsNeverEvaluatedKeepsSomething(interval: String) throws {
    let workspace = try Workspace()
    let arguments = [
      "--eval-every", "100000", "--checkpoint-every", interval, "--pre-iters", "100000",
    ]
    let killed = try workspace.train("run", arguments) { process in
      let deadline = Date.now + 100
      while Date.now < deadline && !workspace.folder.exists("run/pre_last.h5") {
        Thread.sleep(forTimeInterval: 0.05)
      }
      kill(process, SIGKILL)
    }
    #expect(killed.exitCode == 128 + SIGKILL, "\(killed.output)")
    let newest = workspace.folder.exists("run/pre_last.h5") ? "last" : "previous"
    let iteration = try workspace.inspect("run/pre_\(newest).h5")["iteration"] as? Int ?? 0
    #expect(iteration >= 2)
    let resumed = try workspace.train("run", arguments + ["--resume", "--stop-after", "1"])
    #expect(resumed.exitCode == 3, "\(resumed.output)")
    #expect(try workspace.inspect("run/pre_last.h5")["iteration"] as? Int == iteration + 1)
  }
}
