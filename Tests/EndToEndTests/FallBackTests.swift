import Foundation
import TestSupport
import Testing

/// A run goes on from the newest of its checkpoints that is good, to the undisturbed result.
@Suite(.serialized) struct FallBackTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// After the fourth iteration of self-training: checkpoints of iterations 4 and 3, the best of 3.
  private static let stoppedRun = Result { () throws -> [(name: String, bytes: [UInt8])] in
    let workspace = try Workspace()
    let stopped = try workspace.train("run", ["--stop-after", "10"])
    guard stopped.exitCode == 3 else { throw UnexpectedOutput(text: stopped.output) }
    return try FileManager.default.contentsOfDirectory(atPath: workspace.folder.file("run"))
      .filter { $0.contains(".") }.map { ($0, try workspace.folder.read("run/\($0)")) }
  }

  private func stop() throws {
    try workspace.folder.makeFolder("run")
    for (name, bytes) in try Self.stoppedRun.get() {
      try workspace.folder.write(bytes, to: "run/\(name)")
    }
  }

  private func resume(
    ranks: Int = 1, saying texts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try workspace.train("run", ranks: ranks, ["--resume"])
    #expect(outcome.exitCode == 0, "\(outcome.output)", sourceLocation: sourceLocation)
    for text in texts {
      let lines = outcome.standardError.split(separator: "\n").filter { $0.contains(text) }
      #expect(lines.count == 1, "\(text): \(outcome.output)", sourceLocation: sourceLocation)
    }
    let (record, expected) = (try RunRecord(of: "run", in: workspace), try Reference.record())
    #expect(record.files == expected.files, sourceLocation: sourceLocation)
    #expect(record.scores == expected.scores, sourceLocation: sourceLocation)
    for name in ["previous", "evaluated"] {
      #expect(!workspace.folder.exists("run/self_\(name).h5"), sourceLocation: sourceLocation)
    }
  }

  /// Ways in which a file is damaged.
  enum Damage: CaseIterable {
    case cut, emptied, zeroed, flipped, overwritten

    func strike(_ bytes: [UInt8]) -> [UInt8] {
      var bytes = bytes
      switch self {
      case .cut: bytes.removeLast(bytes.count / 3)
      case .emptied: bytes = []
      case .zeroed: bytes.replaceSubrange(0..<4096, with: [UInt8](repeating: 0, count: 4096))
      case .flipped: bytes[bytes.count / 2] ^= 4
      case .overwritten: bytes = Array("not a checkpoint".utf8)
      }
      return bytes
    }
  }

  private func damage(_ name: String, _ damage: Damage = .cut) throws -> [UInt8] {
    let bytes = damage.strike(try workspace.folder.read("run/\(name)"))
    try workspace.folder.write(bytes, to: "run/\(name)")
    return bytes
  }

  // MARK: The newest state

  @Test(arguments: isLong ? Damage.allCases : [.cut, .flipped]) func aDamagedStateIsSetAside(
    damage: Damage
  ) throws {
    try stop()
    let bytes = try self.damage("self_last.h5", damage)
    try resume(
      ranks: damage == .cut ? 2 : 1,
      saying: [
        "set aside as run/self_last.h5.damaged",
        "resuming self-training after 3 iterations, from run/self_evaluated.h5",
      ])
    #expect(try workspace.folder.read("run/self_last.h5.damaged") == bytes)
  }

  /// What was set aside before stays.
  @Test func nothingIsOverwritten() throws {
    try stop()
    try workspace.folder.write("older", to: "run/self_last.h5.damaged")
    _ = try damage("self_last.h5")
    _ = try damage("self_evaluated.h5")
    try resume(
      saying: [
        "set aside as run/self_last.h5.2.damaged", "set aside as run/self_evaluated.h5.damaged",
        "from run/self_best.h5",
      ])
    #expect(try workspace.folder.read("run/self_last.h5.damaged") == Array("older".utf8))
  }

  @Test func thePhaseBeforeIsGoneOnFrom() throws {
    try stop()
    for name in ["last", "evaluated", "best"] { _ = try damage("self_\(name).h5") }
    try resume(ranks: 2, saying: ["resuming pre-training after 6 iterations"])
  }

  @Test func aRunWithoutGoodStateStartsOver() throws {
    let stopped = try workspace.train("run", ["--stop-after", "2"])
    #expect(stopped.exitCode == 3, "\(stopped.output)")
    _ = try damage("pre_last.h5")
    try resume(saying: ["set aside as run/pre_last.h5.damaged", "starting from the beginning"])
  }

  /// A kill may come when the last state has its new name and the next is not there yet.
  @Test func theNextToLastStateIsEnough() throws {
    try stop()
    try FileManager.default.moveItem(
      atPath: workspace.folder.file("run/self_last.h5"),
      toPath: workspace.folder.file("run/self_previous.h5"))
    try resume(saying: ["resuming self-training after 4 iterations, from run/self_previous.h5"])
  }

  /// The best weights can be of the phase's last iteration: nothing is left to train, and the last state is
  /// made again.
  @Test(arguments: [1, 2]) func theLastStateIsMadeOfTheBest(ranks: Int) throws {
    let schedule = ["--eval-every", "6"]
    let whole = try workspace.train("run", schedule)
    #expect(whole.exitCode == 0, "\(whole.output)")
    let expected = try RunRecord(of: "run", in: workspace)
    _ = try damage("self_last.h5")
    try workspace.folder.remove("run/test_scores.csv")
    let resumed = try workspace.train("run", ranks: ranks, schedule + ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    #expect(
      resumed.output.contains("resuming self-training after 6 iterations, from run/self_best.h5"),
      "\(resumed.output)")
    let record = try RunRecord(of: "run", in: workspace)
    #expect(record.files == expected.files && record.scores == expected.scores)
  }

  /// A dry run tells of damage and leaves it where it is.
  @Test func aDryRunSetsNothingAside() throws {
    try stop()
    let bytes = try damage("self_last.h5")
    let outcome = try workspace.train("run", ["--resume", "--dry-run"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardError.contains("run/self_last.h5: damaged"), "\(outcome.output)")
    #expect(try workspace.folder.read("run/self_last.h5") == bytes)
  }

  /// Other settings are no damage.
  @Test func otherSettingsAreRefusedAsBefore() throws {
    try stop()
    let outcome = try workspace.train("run", ["--resume", "--seed", "6"])
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    #expect(
      outcome.output.contains("run/self_last.h5: cannot be resumed with other settings"),
      "\(outcome.output)")
    #expect(workspace.folder.exists("run/self_last.h5"))
  }

  // MARK: The best weights

  @Test(arguments: [true, false]) func bestWeightsAreMadeAgain(isGone: Bool) throws {
    try stop()
    if isGone {
      try workspace.folder.remove("run/self_best.h5")
    } else {
      _ = try damage("self_best.h5", .flipped)
    }
    try resume(
      ranks: 2, saying: ["run/self_best.h5 is gone or damaged: run/self_evaluated.h5 has the same"])
    #expect(workspace.folder.exists("run/self_best.h5.damaged") == !isGone)
  }

  /// They are nowhere else: said before anything is trained, and nothing is changed.
  @Test func damagedBestWeightsAreFoundAtOnce() throws {
    try stop()
    try workspace.folder.remove("run/self_evaluated.h5")
    let bytes = try damage("self_best.h5", .flipped)
    let outcome = try workspace.train("run", ranks: 2, ["--resume"])
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let errors = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1, "\(outcome.output)")
    #expect(errors.first?.hasPrefix("error: run/self_best.h5: ") == true, "\(outcome.output)")
    #expect(errors.first?.contains("remove run/self_*.h5") == true, "\(outcome.output)")
    #expect(try workspace.folder.read("run/self_best.h5") == bytes)
    // As advised.
    for name in ["last", "best"] { try workspace.folder.remove("run/self_\(name).h5") }
    try resume(saying: ["resuming pre-training after 6 iterations"])
  }

  // MARK: Initial weights

  /// The digest in the settings is not enough where the run has to start over.
  @Test func initialWeightsAreAskedForAgain() throws {
    try stop()
    let begun = try workspace.train("other", ["--init", "run/self_last.h5", "--stop-after", "2"])
    #expect(begun.exitCode == 3, "\(begun.output)")
    try workspace.folder.write("", to: "other/pre_last.h5")
    let outcome = try workspace.train("other", ranks: 2, ["--resume"])
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let errors = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors.first?.contains("by --init") == true, "\(outcome.output)")
  }
}
