import Foundation
import TestSupport
import Testing

/// System calls of rank 0 that kill, fail, do half or lie, at random moments: whatever happens, a run says
/// it in one line or does not need to, leaves nothing half-written, and goes on to the undisturbed result.
@Suite(.serialized) struct SystemFaultTests {
  private static let calls = ["write", "open", "fsync", "rename", "link", "unlink", "truncate"]

  /// A disk that is full, and one that is broken, by their numbers.
  private static let errors = ["\(ENOSPC)", "\(EIO)"]

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test(arguments: 0..<FaultRounds.count(short: 3, long: 60))
  func atAnyCall(round: Int) throws {
    var random = SplitMix64(seed: FaultRounds.seed &+ UInt64(round) &* 7919)
    let kind = ["kill", "kill", "short", "lie"] + Self.errors
    let fault = Fault(
      call: Self.calls[Int.random(in: 0..<Self.calls.count, using: &random)],
      kind: kind[Int.random(in: 0..<kind.count, using: &random)],
      number: Int.random(in: 1..<40, using: &random))
    let ranks = Int.random(in: 1..<3, using: &random)
    let story = "seed \(FaultRounds.seed), round \(round): \(fault) on \(ranks) ranks"
    let met = try workspace.train(
      "run", ranks: ranks, ["--checkpoint-every", "1"], environment: try fault.environment)
    try expectOrder(met, fault, story)
    try expectWholeFiles(story)
    try expectUndisturbedEnd(ranks: Int.random(in: 1..<3, using: &random), story)
  }

  /// What a run says of a fault that does not kill it.
  private func expectOrder(
    _ outcome: ChildProcess.Outcome, _ fault: Fault, _ story: String
  ) throws {
    #expect(!outcome.timedOut, "\(story)\n\(outcome.output)")
    guard fault.kind != "kill", outcome.exitCode != 0 else { return }
    #expect([1, 75].contains(outcome.exitCode), "\(story)\n\(outcome.output)")
    let errors = outcome.standardError.split(separator: "\n").filter { $0.contains("error: ") }
    #expect(errors.count == 1, "\(story)\n\(outcome.output)")
  }

  /// Whatever has its name is whole.
  private func expectWholeFiles(_ story: String) throws {
    guard workspace.folder.exists("run") else { return }
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.file("run"))
    for name in names where name.hasSuffix(".h5") {
      let outcome = try workspace.run(["inspect", "run/\(name)"])
      #expect(outcome.exitCode == 0, "\(story): \(outcome.output)")
    }
  }

  private func expectUndisturbedEnd(ranks: Int, _ story: String) throws {
    let isBegun = workspace.folder.exists("run/log.txt")
    let outcome = try workspace.train(
      "run", ranks: ranks, ["--checkpoint-every", "1"] + (isBegun ? ["--resume"] : []))
    try #require(outcome.exitCode == 0, "\(story)\n\(outcome.output)")
    let record = try RunRecord(of: "run", in: workspace)
    #expect(try record.files == Reference.record().files, "\(story)")
    #expect(try record.scores == Reference.record().scores, "\(story)")
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.file("run"))
    let left = names.filter {
      $0.hasSuffix(".partial") || $0.hasSuffix(".lock") || $0.hasSuffix("_previous.h5")
        || $0.hasSuffix("_evaluated.h5")
    }
    #expect(left.isEmpty, "\(story): \(left)")
  }

  /// What is written has a temporary name first, which nobody knows.
  @Test(arguments: [
    ("open", 1, "configuration.json"), ("open", 2, "configuration.json"),
    ("fsync", 1, "configuration.yaml"), ("open", 1, "pre_last.h5"), ("write", 2, "pre_last.h5"),
  ])
  func errorsNameTheTarget(call: String, number: Int, file: String) throws {
    let fault = Fault(call: call, kind: "\(EIO)", number: number)
    let environment = try fault.environment.merging(["SWITCH_FAULT_PATH": "run/\(file)"]) { $1 }
    let outcome = try workspace.train("run", environment: environment)
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let errors = outcome.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors[0].hasPrefix("error: run/\(file): "), "\(outcome.output)")
    #expect(!outcome.output.contains(".partial"), "\(outcome.output)")
  }

  /// The time of day decides nothing: a clock that is far off, and one that is set back in between.
  @Test func aWrongClockChangesNothing() throws {
    let stopped = try workspace.train(
      "run", ["--stop-after", "7"], environment: try Fault.clock(secondsOff: 900_000_000))
    #expect(stopped.exitCode == 3, "\(stopped.output)")
    let resumed = try workspace.train(
      "run", ranks: 2, ["--resume"], environment: try Fault.clock(secondsOff: -900_000_000))
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }
}

/// What `SystemFaults` does.
private struct Fault: CustomStringConvertible {
  let call: String
  let kind: String
  let number: Int

  var description: String { "\(kind) at call \(number) of \(call)" }

  /// Only where the run's own files are concerned.
  var environment: [String: String?] {
    get throws {
      [
        "LD_PRELOAD": try ChildProcess.program("libSystemFaults.so"),
        "SWITCH_FAULT_CALL": call, "SWITCH_FAULT_KIND": kind, "SWITCH_FAULT_NUMBER": "\(number)",
        "SWITCH_FAULT_PATH": "run/",
      ]
    }
  }

  static func clock(secondsOff: Int) throws -> [String: String?] {
    [
      "LD_PRELOAD": try ChildProcess.program("libSystemFaults.so"),
      "SWITCH_FAULT_CLOCK": "\(secondsOff)",
    ]
  }
}
