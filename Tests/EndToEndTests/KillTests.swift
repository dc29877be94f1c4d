import Foundation
import RandomNumbers
import TestSupport
import Testing

/// Runs that are killed at any moment, by the signal that nobody hears, and go on on other ranks; now and
/// then the newest checkpoint is damaged before. Every second round is of a run that diverges and goes
/// back. A failure names the seed, with which `SWITCH_TEST_SEED` repeats the choices, not the moments.
@Suite(.serialized) struct KillTests {
  @Test(arguments: 0..<FaultRounds.count(short: 1, long: 20)) func anyKillAnyDamage(round: Int)
    throws
  {
    var stream = RandomStream(seed: FaultRounds.seed, purpose: .kernelProbe, slot: 1000 + round)
    let workspace = try Workspace()
    let diverges = round % 2 == 1
    let arguments =
      ["--checkpoint-every", "1"] + (diverges ? Reference.tooFast + Reference.rollback : [])
    var history = "seed \(FaultRounds.seed), round \(round):"
    var struck: (name: String, bytes: [UInt8])?
    for _ in 0..<stream.integer(in: 2..<5) {
      let ranks = stream.integer(in: 1..<4)
      let victim = stream.integer(in: 0..<ranks)
      let milliseconds = stream.integer(in: 0..<1500)
      history += " rank \(victim) of \(ranks) after \(milliseconds) ms;"
      let outcome = try train(workspace, ranks: ranks, arguments) { process in
        Workspace.await { workspace.folder.exists("run/log.txt") }
        Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
        let members = ranks == 1 ? [process] : Self.children(of: process)
        if members.indices.contains(victim) { kill(members[victim], SIGKILL) }
      }
      #expect(!outcome.timedOut && !outcome.output.contains("error: "), "\(history)\n\(outcome)")
      workspace.awaitNoProcess()
      // A run that is killed before it reads leaves the damaged file where it lay.
      if let file = struck, (try? workspace.folder.read(file.name)) != file.bytes { struck = nil }
      for file in try Self.checkpoints(workspace) where file != struck?.name {
        _ = try workspace.inspect(file)
      }
      if stream.integer(in: 0..<2) == 0, struck == nil {
        struck = try Self.damageNewest(workspace)
        history += struck.map { " \($0.name) damaged;" } ?? ""
      }
    }
    let outcome = try train(workspace, ranks: stream.integer(in: 1..<4), arguments)
    try #require(outcome.exitCode == 0, "\(history)\n\(outcome.output)")
    let record = try RunRecord(of: "run", in: workspace)
    let expected = try diverges ? Reference.cured.get() : Reference.record()
    #expect(record.files == expected.files, "\(history)")
    #expect(record.scores == expected.scores, "\(history)")
    let left = try Self.names(workspace).filter {
      $0.hasSuffix(".partial") || $0.hasSuffix("_previous.h5") || $0.hasSuffix("_evaluated.h5")
    }
    #expect(left.isEmpty, "\(history)")
  }

  private func train(
    _ workspace: Workspace, ranks: Int, _ arguments: [String],
    whileRunning: ((Int32) -> Void)? = nil
  ) throws -> ChildProcess.Outcome {
    let isBegun = workspace.folder.exists("run/log.txt")
    return try workspace.train(
      "run", ranks: ranks, arguments + (isBegun ? ["--resume"] : []),
      whileRunning: whileRunning)
  }

  private static func names(_ workspace: Workspace) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: workspace.folder.file("run")).sorted()
  }

  private static func checkpoints(_ workspace: Workspace) throws -> [String] {
    try names(workspace).filter { $0.hasSuffix(".h5") }.map { "run/\($0)" }
  }

  /// A byte in the middle of the state to go on from; a finished phase's files cannot be made again.
  private static func damageNewest(_ workspace: Workspace) throws -> (
    name: String, bytes: [UInt8]
  )? {
    let files = try checkpoints(workspace)
    let phase = files.contains("run/self_last.h5") ? "self" : "pre"
    let name = "run/\(phase)_last.h5"
    let others = ["previous", "evaluated"].map { "run/\(phase)_\($0).h5" }
    guard files.contains(name), others.contains(where: files.contains) else { return nil }
    try workspace.folder.flip(byteAt: try workspace.folder.read(name).count / 2, of: name)
    return (name, try workspace.folder.read(name))
  }

  /// The ranks that `mpirun` has started.
  private static func children(of process: Int32) -> [Int32] {
    let path = "/proc/\(process)/task/\(process)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }
}
