import Foundation
import Jobs
import TestSupport
import Testing
import Training

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

  // MARK: launch/local

  /// What `launch/local` would run on a machine with this many cores: the arguments of mpirun.
  private func command(_ arguments: [String], cores: Int) throws -> ChildProcess.Outcome {
    let folder = try TemporaryFolder()
    let programs = [
      "dpkg-query": "echo install ok installed", "swift": "echo Swift version 99.0",
      "nproc": "echo \(cores)", "lscpu": "exit 0", "mpirun": "echo \"$@\"",
    ]
    for (name, text) in programs {
      try folder.write("#!/bin/sh\n\(text)\n", to: name)
      chmod(folder.file(name), 0o755)
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try ChildProcess.run(
      ["bash", "\(Self.launch)/local"] + arguments,
      environment: ["PATH": "\(folder.path):\(path)"], directory: folder.path)
  }

  private static let hasQuota = UsableCores().quota != nil

  @Test(
    .disabled(if: hasQuota, "a quota keeps the script from seeing more cores"),
    arguments: [
      ([], 8, 2), (["--batch-size", "8"], 4, 4), (["--batch-size=4"], 2, 8),
      (["--batch_size", "12"], 6, 2), (["--batch_size=24"], 8, 2), (["--ranks=3"], 3, 5),
      (["--ranks", "3", "--batch-size", "4"], 3, 5), (["--batch-size", "x"], 8, 2),
    ])
  func localSharesOutTheCores(arguments: [String], ranks: Int, threads: Int) throws {
    let outcome = try command(arguments, cores: 16)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let text = outcome.standardOutput
    #expect(text.contains("-n \(ranks) "), "\(outcome.output)")
    #expect(text.contains("--threads \(threads)"), "\(outcome.output)")
    #expect(!text.contains("--ranks"))
    for argument in arguments where argument.contains("batch") {
      #expect(text.contains(" \(argument)"), "\(outcome.output)")
    }
  }

  @Test(arguments: [["--ranks"], ["--ranks", "0"], ["--ranks=two"], ["--ranks="]])
  func localRefusesRanksThatAreNone(arguments: [String]) throws {
    let outcome = try command(arguments, cores: 2)
    #expect(outcome.exitCode == 1)
    #expect(outcome.standardError == "error: --ranks needs a number of 1 or more\n")
  }
}
