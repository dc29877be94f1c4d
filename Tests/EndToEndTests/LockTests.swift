import Foundation
import TestSupport
import Testing

/// Two processes that want to write into one place: one of them does, on every file system.
@Suite(.serialized) struct LockTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws { workspace = try Workspace() }

  private static let lock = "switch-dist.lock"

  // MARK: At the same moment

  /// Neither the system's locks nor, in the second case, links are there.
  @Test(arguments: [nil, "1"]) func oneOfTwoRunsGetsTheFolder(hasNoLinks: String?) throws {
    let environment = [
      "LD_PRELOAD": try ChildProcess.program("libLockFaults.so"),
      "SWITCH_TEST_NO_LINKS": hasNoLinks,
    ]
    let outcomes = try together(3) { try workspace.train("run", environment: environment) }
    expectOneWinner(outcomes)
    for refused in outcomes where refused.exitCode == 75 {
      let lines = refused.standardError.split(separator: "\n")
      #expect(lines.count == 1, "\(refused.output)")
      // Without links a lock is there before its owner is written into it.
      let owner = hasNoLinks == nil ? "process " : ""
      #expect(
        lines.first?.hasPrefix("error: run: another run is using this folder: \(owner)") == true)
      #expect(lines.first?.contains("--run-dir") == true)
    }
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
    #expect(try folder.partialFiles().isEmpty)
  }

  /// On several ranks it is said once and none waits.
  @Test func allRanksHearThatTheFolderIsInUse() throws {
    try folder.makeFolder("run")
    try writeLock {
      $0["process"] = Int(getpid())
    } start: {
      Self.start(of: "self")
    }
    let outcome = try workspace.train("run", ranks: 2)
    #expect(outcome.exitCode == 75 && !outcome.timedOut, "\(outcome.output)")
    #expect(outcome.standardError.components(separatedBy: "is using this folder").count == 2)
    #expect(try folder.partialFiles() == ["run/\(Self.lock)"])
  }

  @Test func oneOfTwoPredictionsGetsTheFolder() throws {
    try TrainedRun.copy(into: workspace)
    let command = [
      "predict", "--weights", "run/self_best.h5", "--input", "set/images", "--output", "masks",
      "--threads", "1",
    ]
    let outcomes = try together(3) { try workspace.run(command) }
    #expect(outcomes.contains { $0.exitCode == 0 })
    #expect(outcomes.allSatisfy { [0, 75].contains($0.exitCode) }, "\(outcomes.map(\.output))")
    #expect(try folder.partialFiles().isEmpty)
  }

  // MARK: Owners that are gone

  /// Of several that find the same owner gone, one takes the folder.
  @Test func oneOfManyTakesOver() throws {
    try folder.makeFolder("run")
    try writeLock()
    let outcomes = try together(4) { try workspace.train("run") }
    expectOneWinner(outcomes)
    let notes = outcomes.flatMap {
      $0.output.matches(of: /taking over from process \d+ on .*: it has ended/)
    }
    #expect(notes.count == 1, "\(outcomes.map(\.output))")
    #expect(try workspace.events("run", "start").count == 1)
    #expect(try folder.partialFiles().isEmpty)
  }

  /// What became of the owner, and what is said of it; refused where it may be there.
  enum Owner: String, CaseIterable, Sendable {
    case ended, numberUsedAgain, otherBoot, elsewhere, elsewhereLongSilent, otherContainer,
      unreadable
    case isThere
  }

  @Test(arguments: Owner.allCases) func ownersAreJudged(owner: Owner) throws {
    let path = "set.h5.lock"
    switch owner {
    case .ended: try writeLock(path)
    case .numberUsedAgain: try writeLock(path) { $0["process"] = Int(getpid()) }
    case .otherBoot:
      try writeLock(path) {
        $0["boot"] = "00000000-0000-0000-0000-000000000000"
        $0["process"] = Int(getpid())
      }
    case .elsewhere, .elsewhereLongSilent:
      try writeLock(path) {
        $0["boot"] = "00000000-0000-0000-0000-000000000000"
        $0["host"] = "node7"
      }
    case .otherContainer: try writeLock(path) { $0["process_space"] = "pid:[1]" }
    case .unreadable: try folder.write("", to: path)
    case .isThere:
      try writeLock(path) {
        $0["process"] = Int(getpid())
      } start: {
        Self.start(of: "self")
      }
    }
    if owner == .elsewhereLongSilent {
      try FileManager.default.setAttributes(
        [.modificationDate: Date.now - 600], ofItemAtPath: folder.file(path))
    }
    let outcome = try workspace.run(Self.phantom)
    let words =
      switch owner {
      case .ended, .numberUsedAgain: "it has ended"
      case .otherBoot: "its machine was started anew"
      case .elsewhereLongSilent:
        "on node7 since 2026-01-02 03:04:05 UTC: no sign of life for 10 min"
      case .elsewhere: "on node7 since 2026-01-02 03:04:05 UTC, last sign of life"
      case .otherContainer, .unreadable: "or remove set.h5.lock"
      case .isThere: "wait for its end, or give another --output"
      }
    let isRefused = [.elsewhere, .otherContainer, .unreadable, .isThere].contains(owner)
    #expect(outcome.exitCode == (isRefused ? 75 : 0), "\(outcome.output)")
    #expect(outcome.standardError.contains(words), "\(outcome.output)")
    #expect(outcome.standardError.split(separator: "\n").count == 1)
    #expect(try folder.partialFiles() == (isRefused ? [path] : []))
    #expect(folder.exists("set.h5") == !isRefused)
  }

  /// Who is told that the owner is gone, and believes it, ends the owner with it, in order.
  @Test func aRemovedLockEndsItsOwner() throws {
    let long = ["--pre-iters", "120", "--self-iters", "0", "--eval-every", "60"]
    let outcome = try workspace.train("run", ranks: 2, long) { _ in
      Workspace.await { folder.exists("run/pre_last.h5") }
      try? folder.remove("run/\(Self.lock)")
      try? folder.write("of the next owner", to: "run/pre_last.h5")
    }
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let errors = outcome.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(
      errors.count == 1 && errors.first?.contains("run/\(Self.lock): another process") == true)
    #expect(try folder.read("run/pre_last.h5") == Array("of the next owner".utf8))
    #expect(!folder.exists("run/pre_evaluated.h5") && !folder.exists("run/pre_previous.h5"))
  }

  // MARK: What is left behind

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func aSignalLeavesNothing(signal: Int32) throws {
    let outcome = try interruptedPhantom(signal)
    #expect(outcome.exitCode == 128 + signal)
    #expect(try folder.partialFiles().isEmpty && !folder.exists("set.h5"))
  }

  /// Who was started to ignore a signal goes on, as under nohup.
  @Test func ignoredSignalsStayIgnored() throws {
    let command = [try ChildProcess.program("switch-dist")] + Self.longPhantom
    let outcome = try ChildProcess.run(
      ["bash", "-c", "trap '' HUP; exec \"$@\"", "bash"] + command, directory: folder.path
    ) { process in
      awaitPartialFile()
      kill(process, SIGHUP)
      Thread.sleep(forTimeInterval: 0.3)
      kill(process, SIGTERM)
    }
    #expect(outcome.exitCode == 128 + SIGTERM, "\(outcome.output)")
  }

  /// The next owner removes what a killed process left, and nothing else.
  @Test func leftoversAreRemoved() throws {
    #expect(try interruptedPhantom(SIGKILL).exitCode == 128 + SIGKILL)
    let left = try folder.partialFiles()
    let partial = try #require(left.first { $0.hasSuffix(".partial") })
    #expect(left.sorted() == ["set.h5.lock", partial].sorted())
    var parts = partial.dropLast(".partial".count).split(separator: "-").map(String.init)
    parts[parts.count - 2] = "\(getpid())"
    parts[parts.count - 1] = "\(Self.start(of: "self"))"
    let living = parts.joined(separator: "-") + ".partial"
    parts[parts.count - 3] = "00000000"
    let elsewhere = parts.joined(separator: "-") + ".partial"
    for name in [living, elsewhere, "set.h5.partial", "mine.partial"] {
      try folder.write("", to: name)
    }
    let outcome = try workspace.run(Self.phantom)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(
      try folder.partialFiles().sorted()
        == [living, elsewhere, "set.h5.partial", "mine.partial"].sorted())
    try FileManager.default.setAttributes(
      [.modificationDate: Date.now - 600], ofItemAtPath: folder.file(elsewhere))
    #expect(try workspace.run(Self.phantom).exitCode == 0)
    #expect(!folder.exists(elsewhere) && folder.exists(living) && folder.exists("mine.partial"))
  }

  /// Names may be as long as the file system takes them.
  @Test func longNamesHaveTemporaryFilesToo() throws {
    let names = ["a", "b"].map { String(repeating: "x", count: 250) + $0 + ".png" }
    try folder.makeFolder("long")
    for name in names {
      try folder.write(try folder.read("set/images/test_0.png"), to: "long/\(name.dropLast(5)).png")
    }
    try TrainedRun.copy(into: workspace)
    let outcome = try workspace.run([
      "predict", "--weights", "run/self_best.h5", "--input", "long", "--output", "masks",
    ])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try folder.partialFiles().isEmpty)
  }

  // MARK: Helpers

  private static let phantom = [
    "phantom", "--output", "set.h5", "--count", "8", "--image-size", "32",
  ]
  private static let longPhantom = ["phantom", "--output", "set.h5", "--count", "1000"]

  private func interruptedPhantom(_ signal: Int32) throws -> ChildProcess.Outcome {
    try workspace.run(Self.longPhantom) { process in
      awaitPartialFile()
      kill(process, signal)
    }
  }

  private func awaitPartialFile() {
    Workspace.await {
      (try? folder.partialFiles())?.contains { $0.hasPrefix("set.h5.") && !$0.contains(".lock") }
        == true
    }
  }

  /// Runs the same several times at once.
  private func expectOneWinner(_ outcomes: [ChildProcess.Outcome]) {
    #expect(outcomes.count { $0.exitCode == 0 } == 1, "\(outcomes.map(\.output))")
    // One that comes when the first has a checkpoint already hears of that.
    let others = outcomes.filter { $0.exitCode != 0 }
    #expect(
      others.allSatisfy {
        $0.exitCode == ($0.output.contains("a run lies there already") ? 1 : 75)
      }, "\(outcomes.map(\.output))")
  }

  /// Each on a thread of its own: a pool's may be busy with other tests.
  private func together(
    _ count: Int, _ run: @escaping @Sendable () throws -> ChildProcess.Outcome
  ) throws -> [ChildProcess.Outcome] {
    nonisolated(unsafe) var results = [Result<ChildProcess.Outcome, any Error>?](
      repeating: nil, count: count)
    let lock = NSLock()
    let group = DispatchGroup()
    for index in 0..<count {
      group.enter()
      Thread.detachNewThread {
        let result = Result { try run() }
        lock.withLock { results[index] = result }
        group.leave()
      }
    }
    group.wait()
    return try results.compactMap { try $0?.get() }
  }

  /// The lock of a process that was killed, changed as asked for.
  private func writeLock(
    _ path: String = "run/switch-dist.lock", _ change: (inout [String: Any]) -> Void = { _ in },
    start: () -> UInt64? = { nil }
  ) throws {
    var record = try Self.record.get()
    var owner = try #require(record["owner"] as? [String: Any])
    change(&owner)
    if let start = start() { owner["start"] = start }
    record["owner"] = owner
    record["since"] = "2026-01-02 03:04:05 UTC"
    try folder.write([UInt8](try JSONSerialization.data(withJSONObject: record)), to: path)
  }

  nonisolated(unsafe) private static let record = Result { () -> [String: Any] in
    let tests = try LockTests()
    _ = try tests.interruptedPhantom(SIGKILL)
    let object = try JSONSerialization.jsonObject(
      with: Data(try tests.folder.read("set.h5.lock")))
    return try #require(object as? [String: Any])
  }

  /// When a process began, as the system counts.
  private static func start(of process: String) -> UInt64 {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return 0 }
    return UInt64(text[end...].split(separator: " ")[20]) ?? 0
  }
}
