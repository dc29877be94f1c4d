import Foundation
import TestSupport
import Testing

/// `switch-dist watch`: runs seen from outside, by their records.
@Suite(.serialized) struct WatchCommandTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws { workspace = try Workspace() }

  private static let endless = ["--pre-iters", "100000", "--eval-every", "10"]

  /// What `--once --json` says of a run, and the exit code.
  private func look(_ run: String) throws -> (status: [String: Any], code: Int32) {
    let outcome = try workspace.run(["watch", run, "--once", "--json"])
    #expect(outcome.standardError == "", "\(outcome.output)")
    #expect(outcome.standardOutput.split(separator: "\n").count == 1)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8)) as? [String: Any])
    let runs = try #require(report["runs"] as? [[String: Any]])
    #expect(report["states"] as? [String: Int] == [runs[0]["state"] as? String ?? "": 1])
    return (runs[0], outcome.exitCode)
  }

  /// From before its folder is there until its scores.
  @Test func aRunUnderMpirunIsWatchedToItsEnd() throws {
    var training: ChildProcess.Outcome?
    let watching = try workspace.run(["watch", "run", "--interval", "0.1"]) { _ in
      Thread.sleep(forTimeInterval: 0.5)
      training = try? workspace.train("run", ranks: 2)
    }
    #expect(training?.exitCode == 0, "\(training?.output ?? "")")
    #expect(watching.exitCode == 0, "\(watching.output)")
    let lines = watching.standardOutput.split(separator: "\n")
    #expect(lines.first == "run: waiting, there is no such folder yet")
    let dice = try #require(try workspace.events("run", "test").first?["dice"] as? Double)
    let last = try #require(lines.last)
    #expect(last.hasPrefix("run: finished") && last.contains("Dice \(percent(dice)) %"), "\(last)")
    let after = try look("run")
    #expect(after.code == 0 && after.status["state"] as? String == "finished")
    #expect((after.status["scores"] as? [String: Double])?["dice"] == dice)
    #expect(after.status["phase"] as? String == "self-training")
    #expect(after.status["iteration"] as? Int == 6 && after.status["progress"] as? Double == 1)
  }

  private func percent(_ value: Double) -> String { String(format: "%.2f", value * 100) }

  @Test func aRunThatGoesOnIsStoppedAndResumed() throws {
    let stopped = try workspace.train("run", ranks: 2, Self.endless) { process in
      Workspace.await { (try? workspace.events("run", "iteration").count) ?? 0 > 2 }
      do {
        let (status, code) = try look("run")
        #expect(code == 2 && status["state"] as? String == "running", "\(status)")
        #expect(status["ranks"] as? Int == 2 && status["threads"] as? Int == 1)
        #expect(status["iterations"] as? Int == 100_000)
        #expect(status["seconds_left_in_phase"] as? Double ?? 0 > 0)
        #expect(status["host"] is String && status["images_per_second"] is Double)
        #expect((status["losses"] as? [[String: Any]])?.first?["name"] as? String == "total")
      } catch {
        Issue.record(error)
      }
      kill(process, SIGUSR1)
    }
    #expect(stopped.exitCode == 3, "\(stopped.output)")
    let (status, code) = try look("run")
    #expect(code == 3 && status["state"] as? String == "stopped", "\(status)")
    let iteration = try #require(try workspace.events("run", "stopped").last?["iteration"] as? Int)
    #expect(status["iteration"] as? Int == iteration)
    // Whoever follows a run sees it go on.
    let arguments = Self.endless + ["--resume", "--stop-after", "60"]
    var resumed: ChildProcess.Outcome?
    let following = try workspace.run(["watch", "run", "--follow", "--interval", "0.1"]) {
      process in
      Thread.sleep(forTimeInterval: 0.5)
      resumed = try? workspace.train("run", ranks: 1, arguments)
      Thread.sleep(forTimeInterval: 3)
      kill(process, SIGINT)
    }
    #expect(resumed?.exitCode == 3 && following.exitCode == 128 + SIGINT, "\(following.output)")
    let lines = following.standardOutput.split(separator: "\n")
    #expect(lines.first?.hasPrefix("run: stopped") == true, "\(following.output)")
    #expect(lines.contains { $0.hasPrefix("run: running, session 2") }, "\(following.output)")
    #expect(lines.last?.hasPrefix("run: stopped, go on with --resume, session 2") == true)
  }

  /// Killed as the system does when memory is short: nobody could write anything.
  @Test func aRunThatWasKilledIsLost() throws {
    let killed = try workspace.train("run", ranks: 2, Self.endless) { _ in
      Workspace.await { workspace.tells("iteration", in: "run") }
      if let owner = try? owner("run") { kill(owner, SIGKILL) }
    }
    #expect(killed.exitCode != 0 && !killed.timedOut)
    let (status, code) = try look("run")
    #expect(code == 75 && status["state"] as? String == "lost", "\(status)")
    #expect((status["reason"] as? String)?.contains("it has ended") == true)
    let resumed = try workspace.train("run", Self.endless + ["--resume", "--stop-after", "1"])
    #expect(resumed.exitCode == 3)
    #expect(try look("run").code == 3)
  }

  /// The process that has the folder.
  private func owner(_ run: String) throws -> Int32 {
    let text = String(decoding: try folder.read("\(run)/switch-dist.lock"), as: UTF8.self)
    let number = try #require(text.firstMatch(of: /"process":(\d+)/)?.1)
    return try #require(Int32(number))
  }

  @Test func aRunThatFailsSaysWhy() throws {
    let failed = try workspace.train("run", Reference.tooFast + ["--pre-iters", "40"])
    try #require(failed.exitCode == 1, "\(failed.output)")
    let (status, code) = try look("run")
    #expect(code == 1 && status["state"] as? String == "failed", "\(status)")
    let error = try #require(failed.standardError.split(separator: "\n").last)
    let message = try #require(try workspace.events("run", "failed").last?["message"] as? String)
    #expect(error == "error: \(message)" && status["reason"] as? String == message)
  }

  @Test func aFolderOfRunsIsWatchedAsAWhole() throws {
    for (name, arguments) in [("a", []), ("b", ["--stop-after", "3"])] {
      let outcome = try workspace.train("runs/\(name)", arguments)
      #expect([0, 3].contains(outcome.exitCode), "\(outcome.output)")
    }
    for path in [".", "runs"] {
      let outcome = try workspace.run(["watch", path])
      #expect(outcome.exitCode == 3, "\(outcome.output)")
      let lines = outcome.standardOutput.split(separator: "\n")
      #expect(lines.count == 2 && lines.allSatisfy { $0.contains("runs/") }, "\(outcome.output)")
      let once = try workspace.run(["watch", path, "--once"]).standardOutput.split(separator: "\n")
      #expect(once.first == "\(path)" && once.count == 4, "\(once)")
      #expect(once.last?.hasPrefix("2 runs: 1 finished, 1 stopped; mean test Dice ") == true)
      #expect(once.allSatisfy { !$0.contains("\u{1B}") && $0.count <= 80 })
    }
  }

  /// A reader that goes away, as `head` does, ends it.
  @Test func nobodyIsToldWithoutAReader() throws {
    let program = try ChildProcess.program("switch-dist")
    let outcome = try ChildProcess.run(
      ["bash", "-c", "set -o pipefail; \(program) watch none --json --interval 0.1 | head -n 2"],
      directory: folder.path, timeout: 20)
    #expect(outcome.exitCode == 0 && !outcome.timedOut, "\(outcome.output)")
    #expect(outcome.standardOutput.split(separator: "\n").count == 2)
  }

  @Test func badInputIsOneLine() throws {
    try folder.write("x", to: "file")
    for (arguments, message) in [
      (["file"], "file: is a file, not the folder of a run"), ([""], "an empty name is no folder"),
      (["x", "--interval", "0"], "--interval must be in 0.1 … 3600"),
      (["x", "--once", "--follow"], "contradict each other"), ([], "Missing expected argument"),
    ] {
      try workspace.expectRefusal(["watch"] + arguments, says: message)
    }
  }
}
