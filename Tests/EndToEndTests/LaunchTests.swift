import Foundation
import Settings
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

  /// What `launch/local` would run with a program that says this of the placement: the arguments of mpirun.
  private func command(
    _ arguments: [String], placement: [String] = []
  ) throws -> ChildProcess.Outcome {
    let folder = try TemporaryFolder()
    let programs = [
      "dpkg-query": "echo install ok installed", "swift": "echo Swift version 99.0",
      "mpirun": "echo \"$@\"",
      "switch-dist": "echo \"asked: $*\" >&2; printf '%s\\n' \(placement.joined(separator: " "))",
    ]
    for (name, text) in programs {
      try folder.write("#!/bin/sh\n\(text)\n", to: name)
      chmod(folder.file(name), 0o755)
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try ChildProcess.run(
      ["bash", "\(Self.launch)/local"] + arguments,
      environment: [
        "PATH": "\(folder.path):\(path)", "SWITCH_DIST": folder.file("switch-dist"),
      ], directory: folder.path)
  }

  @Test(arguments: [
    (["--batch-size", "8"], "train --batch-size 8 --show-placement 0"),
    (["--ranks=3", "--exp", "a b"], "train --exp a b --show-placement 3"),
    (["train", "--seed", "2"], "train --seed 2 --show-placement 0"),
    (["test", "--run", "runs/a"], "train --show-placement 0"),
  ])
  func localStartsWhatTheProgramSays(arguments: [String], asked: String) throws {
    let outcome = try command(arguments, placement: ["ranks=3", "threads=5", "cores=16"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardError.contains("asked: \(asked)\n"), "\(outcome.output)")
    let own = arguments.filter { !$0.hasPrefix("--ranks") }.joined(separator: " ")
    #expect(outcome.standardOutput.contains("-n 3 "), "\(outcome.output)")
    #expect(
      outcome.standardOutput.hasSuffix("switch-dist \(own) --threads 5\n"), "\(outcome.output)")
  }

  /// Threads that the options name are not named again.
  @Test func localLeavesThreadsThatWereChosen() throws {
    let outcome = try command(["--threads", "2"], placement: ["ranks=1", "cores=4"])
    #expect(outcome.standardOutput.hasSuffix("switch-dist --threads 2\n"), "\(outcome.output)")
  }

  @Test(
    arguments: [
      ([:], nil, 8, 2), (["batch-size": "8"], nil, 4, 4), (["batch-size": "12"], nil, 6, 2),
      (["batch-size": "24"], nil, 8, 2), ([:], 3, 3, 5), (["threads": "7"], nil, 8, nil),
    ] as [([String: String], Int?, Int, Int?)])
  func coresAreSharedOut(options: [String: String], asked: Int?, ranks: Int, threads: Int?) throws {
    let placement = try Placement(RunConfiguration(options: options), ranks: asked, cores: 16)
    #expect(placement.ranks == ranks && placement.threads == threads)
    #expect(placement.text.contains("ranks=\(ranks)\n"))
    #expect(placement.text.contains("threads=") == (threads != nil))
  }

  /// Fewer ranks have more of the batch each; the cache for images comes on top.
  @Test func thePlannedMemoryFollowsTheRun() throws {
    func mebibytes(_ options: [String: String], ranks: Int) throws -> Int {
      try Placement(RunConfiguration(options: options), ranks: ranks, cores: 1).mebibytes
    }
    let usual = try mebibytes([:], ranks: 4)
    #expect(try mebibytes([:], ranks: 1) > usual)
    #expect(try mebibytes(["precision": "bf16"], ranks: 4) < usual)
    #expect(try mebibytes(["cache-mb": "612"], ranks: 4) == usual + 100)
  }

  @Test(arguments: [["--ranks"], ["--ranks", "0"], ["--ranks=two"], ["--ranks="]])
  func localRefusesRanksThatAreNone(arguments: [String]) throws {
    let outcome = try command(arguments)
    #expect(outcome.exitCode == 1)
    #expect(outcome.standardError == "error: --ranks needs a number of 1 or more\n")
  }
}
