import Foundation
import RandomNumbers
import TestSupport
import Testing

/// `switch-dist study`: however many workers there are and whatever becomes of them, every run of the plan ends
/// with the result that it has by itself.
@Suite(.serialized) struct StudyTests {
  private let fixture: StudyFixture
  private var folder: TemporaryFolder { fixture.folder }

  init() throws { fixture = try StudyFixture() }

  // MARK: Workers

  /// Two workers with two runs at a time, killed with their children or alone, by the signal that nobody hears.
  @Test func killsChangeNothing() throws {
    try fixture.write("title: Kills\n" + StudyFixture.options + StudyFixture.grid)
    let undisturbed = try fixture.work(["--output", "undisturbed"])
    try #require(undisturbed.exitCode == 0, "\(undisturbed.output)")
    #expect(undisturbed.standardError.contains("all 12 runs are done"))
    let expected = try fixture.results("undisturbed")
    #expect(expected.count == 12 + 2 * (3 * 2 * 2) + 2 * (3 * 2))

    var stream = RandomStream(seed: FaultRounds.seed, purpose: .kernelProbe, slot: 5000)
    let kills = FaultRounds.isLong ? 10 : 3
    var history = "seed \(FaultRounds.seed):"
    let moments = (0..<kills).map { _ in
      (milliseconds: stream.integer(in: 300..<2500), alone: stream.integer(in: 0..<2) == 0)
    }
    for (milliseconds, alone) in moments {
      history += " \(alone ? "alone" : "all") after \(milliseconds) ms;"
      let outcomes = try together(2) {
        try fixture.work(["--jobs", "2"]) { process in
          Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
          let children = StudyFixture.children(of: process)
          kill(process, SIGKILL)
          if !alone { for child in children { kill(child, SIGKILL) } }
        }
      }
      #expect(outcomes.allSatisfy { !$0.output.contains("failed ") }, "\(history)\n\(outcomes)")
    }
    let outcomes = try together(2) { try fixture.work() }
    #expect(outcomes.map(\.exitCode) == [0, 0], "\(history)\n\(outcomes.map(\.output))")
    let results = try fixture.results()
    #expect(results.keys.sorted() == expected.keys.sorted(), "\(history)")
    for (name, bytes) in expected { #expect(results[name] == bytes, "\(history) \(name)") }
    for table in ["table.txt", "table.csv", "differences.csv", "table.tex"] {
      #expect(
        try folder.read("studies/plan/\(table)") == folder.read("undisturbed/\(table)"),
        "\(history)")
    }
    for run in fixture.runs() { #expect(folder.exists("studies/plan/runs/\(run)/report.html")) }
    let leftovers = try folder.partialFiles()
    #expect(leftovers == [], "\(history) \(leftovers)")
    #expect(!folder.exists("studies/plan/failures/\(fixture.runs()[0]).json"))
  }

  /// A worker that is asked to stop does so with checkpoints, and its children with it.
  @Test(arguments: [SIGTERM, SIGINT, SIGUSR1]) func aRequestStopsAllRuns(signal: Int32) throws {
    try fixture.write(
      StudyFixture.options.replacing("pre-iters: 4", with: "pre-iters: 100000")
        + "seeds: [1, 2]")
    let stopped = try fixture.work(["--jobs", "2"]) { process in
      Workspace.await {
        fixture.runs().filter {
          folder.exists("studies/plan/runs/\($0)/pre_best.h5")
        }.count == 2
      }
      kill(process, signal)
    }
    #expect(stopped.exitCode == 3, "\(stopped.output)")
    for run in ["seed=1", "seed=2"] {
      #expect(folder.exists("studies/plan/runs/\(run)/pre_last.h5"))
      #expect(!folder.exists("studies/plan/failures/\(run).json"))
    }
    #expect(stopped.standardError.contains("stopping: 2 under way write their checkpoints"))
    #expect(stopped.standardError.contains("stopped; the same command goes on"))
    #expect(try folder.partialFiles().isEmpty)
  }

  /// Children of a worker that was killed, or told twice by a person, stop in order, by themselves.
  @Test(arguments: [[SIGKILL], [SIGINT, SIGINT]])
  func noChildOutlivesItsWorkerForLong(signals: [Int32]) throws {
    try fixture.write(
      StudyFixture.options.replacing("pre-iters: 4", with: "pre-iters: 100000") + "seeds: [1]")
    let run = "studies/plan/runs/seed=1"
    let killed = try fixture.work { process in
      Workspace.await { folder.exists("\(run)/pre_best.h5") }
      for signal in signals {
        kill(process, signal)
        Thread.sleep(forTimeInterval: 0.6)
      }
    }
    // Where a step is short, its checkpoint comes before the second request.
    #expect([128 + signals[0], 3].contains(killed.exitCode), "\(killed.output)")
    Workspace.await { !folder.exists("\(run)/switch-dist.lock") }
    let log = String(decoding: try folder.read("\(run)/log.txt"), as: UTF8.self)
    #expect(log.contains("stopped after"), "\(log)")
  }

  /// A run under mpirun is the same run.
  @Test func ranksChangeNothing() throws {
    try fixture.write(StudyFixture.options + "seeds: [1]")
    let alone = try fixture.work(["--output", "alone"])
    let parallel = try fixture.work(["--output", "parallel", "--ranks", "2"])
    #expect(alone.exitCode == 0 && parallel.exitCode == 0, "\(parallel.output)")
    #expect(try fixture.results("alone") == fixture.results("parallel"))
    // By hand, too.
    let byHand = try fixture.run([
      "train", "--config", "alone/options/seed=1.yaml", "--run-dir", "by-hand", "--threads", "2",
    ])
    #expect(byHand.exitCode == 0, "\(byHand.output)")
    for file in ["self_last.h5", "test_scores.csv"] {
      #expect(try folder.read("by-hand/\(file)") == folder.read("alone/runs/seed=1/\(file)"))
    }
    let log = String(decoding: try folder.read("parallel/runs/seed=1/log.txt"), as: UTF8.self)
    #expect(log.contains("2 ranks × 1 thread"), "\(log)")
  }

  /// Open MPI ends a process by the code of a refusal where it cannot make its folder of temporary files.
  @Test func anEndWithoutARefusalIsTriedAgain() throws {
    try fixture.write(StudyFixture.options + "seeds: [1]")
    try folder.makeFolder("bin")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    try folder.write(
      """
      #!/bin/sh
      if mkdir bin/begun 2>/dev/null; then echo "Local abort before MPI_INIT completed"; exit 1; fi
      PATH='\(path)' exec mpirun "$@"

      """, to: "bin/mpirun")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/mpirun"))
    let outcome = try fixture.work(
      ["--ranks", "1"], environment: ["PATH": "\(folder.file("bin")):\(path)"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardError.contains("seed=1: MPI ended it; started again in 2 s"))
    #expect(fixture.isDone("seed=1"))
  }

  // MARK: Claims

  /// A run that another has is left alone; one whose worker has ended is taken over.
  @Test func claimsAreRespectedAsLongAsTheirOwnerLives() throws {
    try fixture.write(StudyFixture.options + "seeds: [1, 2]")
    try folder.makeFolder("studies/plan/claims")
    let claim = "studies/plan/claims/seed=1.lock"
    try folder.write(try record(process: getpid()), to: claim)
    let first = try fixture.work(["--no-wait"])
    #expect(first.exitCode == 0, "\(first.output)")
    #expect(first.standardError.contains("nothing left to take: others have 1 runs"))
    #expect(fixture.isDone("seed=2") && !fixture.isDone("seed=1"))

    // The one that waits takes it as soon as it is nobody's.
    let ended = try ended()
    let second = try fixture.work { _ in
      Thread.sleep(forTimeInterval: 10)
      try? folder.write((try? record(process: ended)) ?? "", to: claim)
    }
    #expect(second.exitCode == 0, "\(second.output)")
    #expect(second.standardError.contains("waiting for 1 runs that others have: seed=1: process"))
    #expect(fixture.isDone("seed=1"))
    #expect(try folder.partialFiles().isEmpty)
  }

  /// A lock as a process of this machine makes it.
  private func record(process: Int32) throws -> String {
    func line(_ path: String) -> String {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let space = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    let fields = line("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ")
    let owner: [String: Any] = [
      "host": ProcessInfo.processInfo.hostName, "machine": line("/etc/machine-id"),
      "boot": line("/proc/sys/kernel/random/boot_id"), "process_space": space,
      "process": Int(process), "start": fields.flatMap { $0.count > 19 ? Int($0[19]) : nil } ?? 1,
    ]
    let bytes = try JSONSerialization.data(
      withJSONObject: ["owner": owner, "since": "2026-01-01 00:00:00 UTC"])
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The number of a process that is no more.
  private func ended() throws -> Int32 {
    var number: Int32 = 0
    _ = try ChildProcess.run(["sleep", "0.1"]) { number = $0 }
    return number
  }

  // MARK: Failures

  /// A run that fails is written down, said once and stops no other; another worker does not try again unless
  /// it is told to.
  @Test func aFailureStopsNoOtherRun() throws {
    try fixture.write(
      StudyFixture.options
        + """
        variants:
          lost: {dataset: ./nowhere.h5}
          fine: {}
          diverges: {learning-rate: 1e9}
        """)
    let first = try fixture.work()
    #expect(first.exitCode == 1, "\(first.output)")
    #expect(fixture.isDone("variant=fine,seed=1") && !fixture.isDone("variant=lost,seed=1"))
    for (name, words) in [("lost", "nowhere.h5"), ("diverges", "iteration")] {
      let record = String(
        decoding: try folder.read("studies/plan/failures/variant=\(name),seed=1.json"),
        as: UTF8.self)
      #expect(record.contains(words) && record.contains("\"code\":1"), "\(record)")
      let lines = first.standardError.split(separator: "\n").filter {
        $0.contains("failed variant=\(name)")
      }
      #expect(lines.count == 1, "\(first.output)")
    }
    #expect(first.standardError.contains("2 of 3 runs failed"), "\(first.output)")
    let second = try fixture.work()
    #expect(second.exitCode == 1 && !second.standardError.contains("beginning"))
    try FileManager.default.copyItem(
      atPath: folder.file("set.h5"), toPath: folder.file("nowhere.h5"))
    let third = try fixture.work(["--retry-failed"])
    #expect(third.exitCode == 1 && fixture.isDone("variant=lost,seed=1"), "\(third.output)")
    #expect(!folder.exists("studies/plan/failures/variant=lost,seed=1.json"))
  }

  /// Scores that somebody has damaged are made again.
  @Test func damagedScoresAreMadeAgain() throws {
    try fixture.write(StudyFixture.options + "seeds: [1]")
    let first = try fixture.work()
    try #require(first.exitCode == 0, "\(first.output)")
    let expected = try fixture.results()
    let scores = "studies/plan/runs/seed=1/test_scores.csv"
    try folder.write(Array(try folder.read(scores).dropLast(20)), to: scores)
    let second = try fixture.work()
    #expect(second.exitCode == 0 && second.standardError.contains("going on with seed=1"))
    #expect(try fixture.results() == expected)
  }

  @Test func anotherPlanIsRefused() throws {
    try fixture.write(StudyFixture.options + "seeds: [1]")
    let first = try fixture.work()
    try #require(first.exitCode == 0, "\(first.output)")
    try fixture.write(
      StudyFixture.options.replacing("batch-size: 4", with: "batch-size: 8") + "seeds: [1]")
    let refused = try fixture.work()
    #expect(refused.exitCode == 1, "\(refused.output)")
    #expect(
      refused.standardError.hasPrefix(
        "error: plan.yaml is not the plan of the study in studies/plan")
        && refused.standardError.contains("batch-size is 8, was 4"))
    // The folder alone has all that is needed.
    try fixture.write(StudyFixture.options + "seeds: [1, 2]")
    let grown = try fixture.work()
    #expect(grown.exitCode == 0 && fixture.isDone("seed=2"), "\(grown.output)")
    let again = try fixture.work(plan: "studies/plan")
    #expect(again.exitCode == 0 && again.standardError.contains("2 runs, 2 of them done"))
  }

  @Test(arguments: [
    (
      "grid: {bach-size: [4]}", [], "line 1: there is no option bach-size; did you mean batch-size?"
    ),
    ("seeds: 3", [], "seeds: is a list"), ("seeds: [1]", ["--jobs", "0"], "--jobs must be in 1"),
    ("seeds: [1]", ["--ranks", "0"], "--ranks must be in 1"),
  ])
  func wrongPlansAreOneLine(plan: String, arguments: [String], reason: String) throws {
    try fixture.write(plan)
    let outcome = try fixture.work(arguments)
    #expect(outcome.exitCode == 1 && outcome.standardError.contains(reason), "\(outcome.output)")
    #expect(outcome.standardError.split(separator: "\n").count == 1, "\(outcome.output)")
    #expect(!folder.exists("studies"))
  }

  // MARK: Dry run

  /// Each kind of run is timed once: what differs in length, seed or rate shares it.
  @Test func aDryRunTellsWhatAStudyTakes() throws {
    try fixture.write(
      StudyFixture.options.replacing("self-iters: 4", with: "self-iters: 100000")
        + """
        grid:
          method: [bcp, supervised]
          learning-rate: [0.01, 0.02]
        seeds: [1, 2]
        """)
    let outcome = try fixture.work(["--dry-run", "--jobs", "2"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let lines = outcome.standardOutput.split(separator: "\n")
    #expect(lines.count == 10, "\(outcome.output)")
    let hours = lines.prefix(8).compactMap { $0.firstMatch(of: /([0-9.]+) h  waiting$/)?.1 }
      .compactMap { Double($0) }
    try #require(hours.count == 8, "\(outcome.output)")
    #expect(hours.allSatisfy { $0 > 0 } && Set(hours).count <= 2, "\(outcome.output)")
    let sum = lines[8].firstMatch(of: /([0-9.]+) h with 2 at a time/)?.1.description
    #expect(abs((Double(sum ?? "") ?? 0) - hours.reduce(0, +) / 2) < 0.05, "\(lines[8])")
    #expect(lines[9].contains("GB on disk"))
    #expect(!folder.exists("studies"))
  }

  @Test func theDiskIsForetold() throws {
    try fixture.write(
      StudyFixture.options + "grid: {method: [switch, supervised]}\nseeds: [1, 2, 3]")
    let work = try fixture.work()
    try #require(work.exitCode == 0, "\(work.output)")
    let study = folder.file("studies/plan")
    let files = try FileManager.default.subpathsOfDirectory(atPath: study)
    let bytes = try files.reduce(0) { sum, file in
      let facts = try FileManager.default.attributesOfItem(atPath: "\(study)/\(file)")
      return sum
        + (facts[.type] as? FileAttributeType == .typeRegular ? facts[.size] as? Int ?? 0 : 0)
    }
    let dry = try fixture.work(["--dry-run"])
    let foretold = dry.standardOutput.firstMatch(of: /about ([0-9.]+) GB on disk/)?.1
    let ratio = (Double(foretold ?? "") ?? 0) * 1e9 / Double(bytes)
    #expect(0.9 < ratio && ratio < 1.15, "\(ratio): \(dry.output)")
    #expect(dry.standardOutput.matches(of: /0\.00 h  done\n/).count == 6, "\(dry.output)")
  }

  // MARK: Several at once

  private func together(
    _ count: Int, _ body: @Sendable @escaping () throws -> ChildProcess.Outcome
  ) throws -> [ChildProcess.Outcome] {
    let results = Results()
    let group = DispatchGroup()
    for _ in 0..<count {
      group.enter()
      Thread.detachNewThread {
        results.add(Result(catching: body))
        group.leave()
      }
    }
    group.wait()
    return try results.all.map { try $0.get() }
  }

  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var all: [Result<ChildProcess.Outcome, any Error>] = []
    func add(_ result: Result<ChildProcess.Outcome, any Error>) {
      lock.withLock { all.append(result) }
    }
  }
}
