import Foundation
import TestSupport
import Testing

/// What the scripts in `launch/` add to `mpirun`.
@Suite(.serialized) struct LaunchTests {
  private static let launch = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "launch").path

  // MARK: Signals

  /// Runs a command on two ranks as the launchers do and tells the script these signals, a second
  /// apart, once the workspace says that the time has come.
  private func interrupt(
    _ workspace: Workspace, _ command: [String], signals: [Int32], when isDue: @escaping () -> Bool
  ) throws -> ChildProcess.Outcome {
    let script = "set -euo pipefail; source \(Self.launch)/setup; run_parallel 2 \"$@\""
    return try ChildProcess.run(
      ["bash", "-c", script, "bash"] + command, environment: ChildProcess.parallelEnvironment,
      directory: workspace.folder.path
    ) { process in
      Workspace.await(isDue)
      for signal in signals {
        kill(process, signal)
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aSignalStopsAllRanksInOrder(signal: Int32) throws {
    let workspace = try Workspace()
    let training =
      [try ChildProcess.program("switch-dist")] + Workspace.setting + Workspace.schedule
      + ResumptionTests.longSchedule + ["--dataset", "./set", "--run-dir", "run", "--threads", "1"]
    let outcome = try interrupt(workspace, training, signals: [signal]) {
      workspace.tells("validation", in: "run")
    }
    #expect(outcome.exitCode == 3, "\(outcome.output)")
    let notes = outcome.standardError.matches(of: /stopped after (\d+) iterations of pre-training/)
    #expect(notes.count == 1, "\(outcome.output)")
    let iteration = try workspace.inspect("run/pre_last.h5")["iteration"] as? Int
    #expect(notes.first.map { String($0.output.1) } == iteration.map { "\($0)" })
  }

  /// Who asks twice does not want to wait.
  @Test func aSecondSignalEndsAllRanks() throws {
    let workspace = try Workspace()
    let start = Date.now
    let deaf = ["bash", "-c", "trap '' USR1; touch began; sleep 60; touch ended"]
    let outcome = try interrupt(workspace, deaf, signals: [SIGTERM, SIGTERM]) {
      workspace.folder.exists("began")
    }
    #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(outcome.output)")
    #expect(Date.now.timeIntervalSince(start) < 30, "\(outcome.output)")
    #expect(!workspace.folder.exists("ended"))
  }
}
