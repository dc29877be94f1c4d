import Foundation
import TestSupport
import Testing

/// What the scripts in `launch/` add to `mpirun`.
@Suite(.serialized) struct LaunchTests {
  private static let launch = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "launch").path

  // MARK: Signals

  /// Trains under `run_parallel` on two ranks and tells the script these signals, a second apart,
  /// once the run is on its way.
  private func interrupt(
    _ workspace: Workspace, signals: [Int32], _ arguments: [String] = []
  ) throws -> ChildProcess.Outcome {
    let program = try ChildProcess.program("switch-dist")
    let training = Workspace.setting + Workspace.schedule + ResumptionTests.longSchedule
    return try ChildProcess.run(
      [
        "bash", "-c", "set -euo pipefail; source \(Self.launch)/setup; run_parallel 2 \"$@\"",
        "bash",
      ]
        + [program] + training + ["--dataset", "./set", "--run-dir", "run", "--threads", "1"]
        + arguments,
      environment: ChildProcess.parallelEnvironment, directory: workspace.folder.path
    ) { process in
      workspace.awaitEvent("start", in: "run")
      for signal in signals {
        kill(process, signal)
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aSignalStopsAllRanksInOrder(signal: Int32) throws {
    let workspace = try Workspace()
    let outcome = try interrupt(workspace, signals: [signal])
    #expect(outcome.exitCode == 3, "\(outcome.output)")
    let notes = outcome.standardError.matches(of: /stopped after (\d+) iterations of pre-training/)
    #expect(notes.count == 1, "\(outcome.output)")
    let iteration = try workspace.inspect("run/pre_last.h5")["iteration"] as? Int
    #expect(notes.first.map { String($0.output.1) } == iteration.map { "\($0)" })
  }

  /// Who asks twice does not want to wait for an iteration.
  @Test func aSecondSignalEndsAllRanks() throws {
    let workspace = try Workspace()
    let outcome = try interrupt(
      workspace, signals: [SIGTERM, SIGTERM],
      ["--img-size", "512", "--batch-size", "12", "--eval-every", "100"])
    #expect(outcome.exitCode != 3 && outcome.exitCode != 0, "\(outcome.output)")
    #expect(!outcome.timedOut)
    #expect(!workspace.folder.exists("run/pre_last.h5"), "\(outcome.output)")
  }
}
