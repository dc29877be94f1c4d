import Foundation
import TestSupport
import Testing

/// A rank that stands still, or is gone, is named in the run's own log, and the job ends; a job that was
/// suspended as a whole goes on.
@Suite(.serialized) struct StalledJobTests {
  private static let endless = ["--pre-iters", "100000", "--eval-every", "2", "--batch-size", "8"]

  /// Trains on three ranks without end, and does something to them once they are at it.
  private func train(
    _ workspace: Workspace, _ options: [String], _ disturb: @escaping (_ ranks: [pid_t]) -> Void
  ) throws -> ChildProcess.Outcome {
    try workspace.train("run", ranks: 3, Self.endless + options) { launcher in
      Workspace.await { workspace.tells("validation", in: "run") }
      let ranks = Self.ranks(under: launcher)
      if ranks.count == 3 { disturb(ranks) } else { kill(launcher, SIGTERM) }
    }
  }

  @Test(arguments: [0, 2]) func aStoppedRankIsNamedAndTheJobEnds(rank: Int) throws {
    let workspace = try Workspace()
    let limits = ["--stall-warning", "6s", "--stall-limit", "9s"]
    let outcome = try train(workspace, limits) { kill($0[rank], SIGSTOP) }
    #expect(outcome.exitCode == 75 && !outcome.timedOut, "\(outcome.output)")
    let log = String(decoding: try workspace.folder.read("run/log.txt"), as: UTF8.self)
    for line in ["nothing has gone on for", "the job has stood still for"] {
      let found = log.split(separator: "\n").filter { $0.contains(line) }
      #expect(found.count == 1, "\(log)")
      #expect(found.first?.contains("rank \(rank) (") == true, "\(log)")
      #expect(found.first?.contains("stopped or cut off") == true, "\(log)")
      #expect(found.first?.contains("pre-training") == true || log.contains("iteration"), "\(log)")
    }
    // A process that was killed may take a moment to go after mpirun has.
    workspace.awaitNoProcess()
    if rank > 0 { #expect(!workspace.folder.exists("run/switch-dist.lock")) }
  }

  @Test(arguments: [0, 1]) func aKilledRankIsNamedInTheLog(rank: Int) throws {
    let workspace = try Workspace()
    let outcome = try train(workspace, []) { kill($0[rank], SIGKILL) }
    #expect(outcome.exitCode != 0 && !outcome.timedOut)
    let log = String(decoding: try workspace.folder.read("run/log.txt"), as: UTF8.self)
    let found = log.split(separator: "\n").filter { $0.contains("is gone") }
    #expect(found.count == 1 && found.first?.contains("rank \(rank) (") == true, "\(log)")
  }

  /// Before the ranks know one another nobody can say who is missing; the job still ends.
  @Test func aRankThatNeverStartsEndsTheJob() throws {
    let workspace = try Workspace()
    let start = "[ $OMPI_COMM_WORLD_RANK = 0 ] || kill -STOP $$; exec \"$@\""
    let outcome = try ChildProcess.runParallel(
      ranks: 2,
      ["sh", "-c", start, "sh", try ChildProcess.program("switch-dist")] + Workspace.setting
        + ["--dataset", "./set", "--stall-warning", "2s", "--stall-limit", "4s"],
      directory: workspace.folder.path)
    #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(outcome.output)")
    let lines = outcome.standardError.split(separator: "\n").filter { $0.contains("has waited") }
    #expect(lines.count == 2, "\(outcome.output)")
    #expect(lines.last?.contains("the job is ended") == true, "\(outcome.output)")
  }

  /// Such as by a scheduler that lets another job go first: longer than the limit, and nothing is wrong.
  @Test func aSuspendedJobGoesOn() throws {
    let workspace = try Workspace()
    let limits = ["--stall-warning", "6s", "--stall-limit", "8s"]
    let outcome = try train(workspace, limits) { ranks in
      for rank in ranks { kill(rank, SIGSTOP) }
      Thread.sleep(forTimeInterval: 12)
      for rank in ranks { kill(rank, SIGCONT) }
      let seen = (try? workspace.events("run", "validation").count) ?? 0
      Workspace.await { ((try? workspace.events("run", "validation").count) ?? 0) > seen + 1 }
      kill(ranks[0], SIGUSR1)
    }
    #expect(outcome.exitCode == 3, "\(outcome.output)")
    #expect(!outcome.output.contains("stood still"), "\(outcome.output)")
  }

  /// In the order of their ranks, as mpirun starts them.
  private static func ranks(under launcher: pid_t) -> [pid_t] {
    let path = "/proc/\(launcher)/task/\(launcher)/children"
    let children = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return children.split(separator: " ").compactMap { pid_t($0) }
  }
}
