import Foundation
import Jobs
import TestSupport
import Testing

/// `switch-dist doctor` on a good set-up, and on broken ones that it must name.
@Suite(.serialized) struct DoctorTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.makeFolder("runs")
  }

  /// What doctor said, as JSON.
  private struct Diagnosis: Decodable {
    struct Finding: Decodable {
      var name: String
      var status: String
      var text: String
      var advice: String
      var ranks: [Int]
    }

    var findings: [Finding]
    var failures: Int
    var warnings: Int
    var ok: Int

    init(_ outcome: ChildProcess.Outcome) throws {
      guard
        let value = try? JSONDecoder().decode(Self.self, from: Data(outcome.standardOutput.utf8))
      else { throw UnexpectedOutput(text: outcome.output) }
      self = value
    }

    func of(_ name: String) -> [Finding] { findings.filter { $0.name == name } }
  }

  private func command(_ arguments: [String]) throws -> [String] {
    [try ChildProcess.program("switch-dist"), "doctor", "--quick"] + arguments
  }

  private func run(
    ranks: Int = 1, _ arguments: [String] = ["--json"], environment: [String: String?] = [:],
    through wrapper: [String] = []
  ) throws -> ChildProcess.Outcome {
    let command = wrapper + (try command(arguments))
    return ranks == 1
      ? try ChildProcess.run(command, environment: environment, directory: folder.path)
      : try ChildProcess.runParallel(
        ranks: ranks, command, environment: environment, directory: folder.path)
  }

  private func expect(
    _ outcome: ChildProcess.Outcome, _ name: String, _ status: String, says parts: String...,
    ranks: [Int]? = nil, source: SourceLocation = #_sourceLocation
  ) throws {
    #expect(!outcome.timedOut, "\(outcome.output)", sourceLocation: source)
    let diagnosis = try Diagnosis(outcome)
    let found = diagnosis.of(name).filter { finding in
      finding.status == status && parts.allSatisfy { finding.text.contains($0) }
        && (ranks.map { $0 == finding.ranks } ?? true)
    }
    #expect(found.count == 1, "\(outcome.output)", sourceLocation: source)
    if status != "ok" {
      #expect(found.first?.advice.isEmpty == false, "\(outcome.output)", sourceLocation: source)
    }
    #expect(
      outcome.exitCode == (diagnosis.failures > 0 ? 1 : 0), "\(outcome.output)",
      sourceLocation: source)
    #expect(try folder.partialFiles().isEmpty, sourceLocation: source)
  }

  // MARK: Good ones

  /// What a machine may lack for a training with all defaults is no fault of the program.
  private static let ofThisMachine: Set = ["memory", "limits", "space"]

  @Test(arguments: [1, 2]) func aGoodSetUpPasses(ranks: Int) throws {
    let told = try run(ranks: ranks)
    let diagnosis = try Diagnosis(told)
    for finding in diagnosis.findings where !Self.ofThisMachine.contains(finding.name) {
      #expect(finding.status != "fail", "\(finding)")
    }
    #expect(told.exitCode == (diagnosis.failures > 0 ? 1 : 0), "\(told.output)")
    #expect(
      diagnosis.findings.count == diagnosis.ok + diagnosis.warnings + diagnosis.failures)
    for name in [
      "program", "launch", "libraries", "processor", "cores", "environment", "limits", "memory",
      "transport", "all-reduce", "folder", "space", "locks", "fsync", "checkpoint", "temporary",
    ] {
      #expect(!diagnosis.of(name).isEmpty, "\(name): \(told.output)")
    }
    let isParallel = ranks > 1
    for name in ["kernels", "clocks", "visibility"] {
      let isExamined = name != "kernels" || diagnosis.of("memory").allSatisfy { $0.status == "ok" }
      #expect(diagnosis.of(name).isEmpty != (isParallel && isExamined), "\(name): \(told.output)")
    }

    // The same on lines for people.
    let shown = try run(ranks: ranks, [])
    let lines = shown.standardOutput.split(separator: "\n").filter { !$0.hasPrefix(" ") }
    let names = lines.dropLast().map { $0.split(separator: " ")[1] }
    #expect(names.map(String.init) == diagnosis.findings.map(\.name), "\(shown.output)")
    #expect(lines.dropLast().allSatisfy { $0.contains(/^(OK|WARN|FAIL)\s/) }, "\(shown.output)")
    #expect(lines.last?.contains(/^\d+ FAIL, \d+ WARN, \d+ OK$/) == true, "\(shown.output)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("runs")).isEmpty)
  }

  @Test func theKnownAnswersAreAmongThem() throws {
    let outcome = try ChildProcess.runParallel(
      ranks: 2,
      [try ChildProcess.program("switch-dist"), "doctor", "--threads", "1", "--json"],
      directory: folder.path, timeout: 300)
    let diagnosis = try Diagnosis(outcome)
    // Without memory for a training they are not computed.
    if diagnosis.of("memory").allSatisfy({ $0.status == "ok" }) {
      try expect(
        outcome, "answers", "ok", says: KnownAnswersTests.recorded.summary, ranks: [0, 1])
    } else {
      #expect(diagnosis.of("answers").map(\.status) == ["warn"])
    }
  }

  /// A thing to warn of fails those who ask for it.
  @Test func strictnessMakesWarningsFail() throws {
    let environment = ["OPENBLAS_CORETYPE": "Prescott"]
    try expect(
      try run(environment: environment), "environment", "warn", says: "OPENBLAS_CORETYPE=Prescott")
    let strict = try run(["--json", "--strict"], environment: environment)
    #expect(strict.exitCode == 1, "\(strict.output)")
  }

  // MARK: Launcher, cores, environment

  /// As srun leaves the processes of a step without an interface that connects them.
  @Test func processesThatMPIDoesNotConnectAreNamed() throws {
    var environment = [
      "SLURM_JOB_ID": "17", "SLURM_JOBID": "17", "SLURM_STEPID": "0", "SLURM_STEP_ID": "0",
      "SLURM_NODELIST": "localhost", "SLURM_TASKS_PER_NODE": "2", "SLURM_NTASKS": "2",
      "SLURM_STEP_NUM_TASKS": "2", "SLURM_LOCALID": "0", "SLURM_PROCID": "0",
    ]
    let first = try run(environment: environment.mapValues { $0 })
    try expect(
      first, "launch", "fail", says: "started 2 processes", "MPI connects 1 of them")
    #expect(first.exitCode == 1)
    environment["SLURM_PROCID"] = "1"
    let second = try run(environment: environment.mapValues { $0 })
    #expect(second.exitCode == 0 && second.output.isEmpty, "\(second.output)")
  }

  @Test func anotherBuildIsNamed() throws {
    let program = try ChildProcess.program("switch-dist")
    let copy = folder.file("other-switch-dist")
    try FileManager.default.copyItem(atPath: program, toPath: copy)
    let file = try #require(FileHandle(forWritingAtPath: copy))
    try file.seekToEnd()
    try file.write(contentsOf: Data([0]))
    try file.close()
    let arguments = ["doctor", "--quick", "--json"]
    let outcome = try ChildProcess.runTogether(
      [.init([program] + arguments), .init([copy] + arguments)], directory: folder.path,
      timeout: 60)
    try expect(outcome, "program", "fail", says: "the ranks differ in build")
    #expect(try Diagnosis(outcome).findings.count == 1)
  }

  /// As `mpirun --bind-to core` leaves the ranks of two jobs on one machine.
  @Test func ranksOnOneCoreAreNamed() throws {
    let first = UsableCores().allowed.prefix { $0.isNumber }
    let outcome = try run(ranks: 2, through: ["taskset", "-c", "\(first)"])
    try expect(
      outcome, "cores", "warn", says: "2 ranks with 2 threads share 1 core (processors \(first))",
      ranks: [0, 1])
  }

  @Test func moreThreadsThanCoresAreNamed() throws {
    let outcome = try run(["--json", "--threads", "256"])
    try expect(outcome, "cores", "warn", says: "256 threads on ")
  }

  private static let hasOpenMP = dlopen("libgomp.so.1", RTLD_LAZY) != nil

  /// An OpenMP library in the process binds it to the first core, whoever brought it along; that is undone.
  @Test(
    .enabled(if: hasOpenMP, "there is no libgomp"),
    arguments: [("OMP_PROC_BIND", "true"), ("OMP_PLACES", "{0}"), ("GOMP_CPU_AFFINITY", "0")])
  func variablesThatBindAreUndone(name: String, value: String) throws {
    let bound = try run(through: ["env", "LD_PRELOAD=libgomp.so.1", "\(name)=\(value)"])
    try expect(bound, "environment", "ok", says: "without effect: \(name)=\(value)")
    let free = try run()
    let cores = try [bound, free].map { try Diagnosis($0).of("cores").map(\.text) }
    #expect(!cores[0].isEmpty && cores[0] == cores[1])
  }

  @Test func harmlessVariablesAreSaidToBe() throws {
    let outcome = try run(
      environment: [
        "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "3", "GOTO_NUM_THREADS": "2",
        // What a machine may have set for others.
        "OPENBLAS_L2_SIZE": nil, "OPENBLAS_CORETYPE": nil,
      ])
    try expect(
      outcome, "environment", "ok",
      says: "without effect: GOTO_NUM_THREADS=2, OMP_NUM_THREADS=4, OPENBLAS_NUM_THREADS=3")
  }

  @Test func aTransportWithoutSharedMemoryIsNamed() throws {
    let outcome = try run(ranks: 2, environment: ["OMPI_MCA_btl": "tcp,self"])
    try expect(
      outcome, "transport", "warn", says: "OMPI_MCA_btl=tcp,self leaves out shared memory",
      ranks: [0, 1])
  }

  @Test func aProcessorThatCannotComputeIsNamed() throws {
    let outcome = try ChildProcess.runTogether(
      [
        .init(try command(["--json"])),
        .init(try command(["--json"]), environment: [Processor.variable: "sse41"]),
      ], directory: folder.path)
    try expect(outcome, "processor", "fail", says: "it must be avx2 or avx512", ranks: [1])
  }

  // MARK: Limits

  @Test func aLimitOfMemoryIsNamed() throws {
    let outcome = try run(through: [
      "bash", "-c", "ulimit -v 1200000; ulimit -c 0; exec \"$@\"", "bash",
    ])
    try expect(outcome, "memory", "fail", says: "ulimit -v")
    #expect(outcome.exitCode == 1)
  }

  @Test func aLimitOfFilesIsNamed() throws {
    let outcome = try run(through: [
      "bash", "-c", "ulimit -f 1000; ulimit -n 100; exec \"$@\"", "bash",
    ])
    try expect(outcome, "limits", "fail", says: "ulimit -f")
    try expect(outcome, "limits", "warn", says: "no more than 100 files")
    #expect(try Diagnosis(outcome).of("checkpoint").isEmpty)
  }

  @Test func clocksThatDifferAreNamed() throws {
    let faults = [
      "LD_PRELOAD": try ChildProcess.program("libSystemFaults.so"), "SWITCH_FAULT_CLOCK": "90",
    ]
    let outcome = try ChildProcess.runTogether(
      [.init(try command(["--json"])), .init(try command(["--json"]), environment: faults)],
      directory: folder.path)
    try expect(
      outcome, "clocks", "warn", says: "rank 1 (", "): up to ", " s off the clock of rank 0")
  }

  // MARK: The folder

  @Test(arguments: [1, 2]) func aFolderThatIsNotThereIsNamed(ranks: Int) throws {
    let outcome = try run(ranks: ranks, ["--json", "--run-dir", "nowhere"])
    try expect(outcome, "folder", "fail", says: "nowhere is not there")
    #expect(outcome.exitCode == 1)
    #expect(!folder.exists("nowhere"))
  }

  /// Each rank has its own, as with a folder on the disk of each host.
  @Test func aFolderThatIsNotSharedIsNamed() throws {
    try folder.makeFolder("other")
    let outcome = try ChildProcess.runTogether(
      [
        .init(try command(["--json", "--run-dir", "runs"])),
        .init(try command(["--json", "--run-dir", "other"])),
      ], directory: folder.path)
    try expect(
      outcome, "visibility", "fail", says: "other is not the folder of rank 0", ranks: [1])
    try expect(outcome, "visibility", "ok", says: "there at once", ranks: [0])
    #expect(outcome.exitCode == 1)
  }

  /// Calls of rank 0 in the folder that fail: the first that a kind of storage lacks.
  @Test(arguments: [
    ("open", 1, EROFS, "folder", "Read-only file system"),
    ("write", 1, ENOSPC, "checkpoint", "No space left on device"),
    ("fsync", 1, EIO, "folder", "Input/output error"),
    ("link", 1, EIO, "locks", "the lock cannot be made: Input/output error"),
  ])
  func storageThatFailsIsNamed(
    call: String, number: Int, code: Int32, name: String, words: String
  ) throws {
    let outcome = try run(
      ranks: 2,
      environment: [
        "LD_PRELOAD": try ChildProcess.program("libSystemFaults.so"), "SWITCH_FAULT_CALL": call,
        "SWITCH_FAULT_KIND": "\(code)", "SWITCH_FAULT_NUMBER": "\(number)",
        "SWITCH_FAULT_PATH": "runs/switch-dist-doctor",
      ])
    try expect(outcome, name, "fail", says: words)
    #expect(outcome.exitCode == 1)
  }

  /// A file system that says to everybody that the lock is theirs.
  @Test func aLockThatTwoRanksGetIsNamed() throws {
    let outcome = try run(
      ranks: 2,
      environment: [
        "LD_PRELOAD": try ChildProcess.program("libSystemFaults.so"), "SWITCH_FAULT_CALL": "link",
        "SWITCH_FAULT_KIND": "lie",
      ])
    try expect(outcome, "locks", "fail", says: "this rank got a lock that rank 0 has")
  }

  /// The program needs neither the system's locks nor links.
  @Test(arguments: [nil, "1"]) func locksThatAreNotNeededAreNoFault(hasNoLinks: String?) throws {
    let outcome = try run(
      ranks: 2,
      environment: [
        "LD_PRELOAD": try ChildProcess.program("libLockFaults.so"),
        "SWITCH_TEST_NO_LINKS": hasNoLinks,
      ])
    try expect(outcome, "locks", "ok", says: "flock does not work, and is not needed")
  }

  // MARK: The command line

  @Test(arguments: [(["--threads", "0"], "--threads must be in 1 … 256"), (["--far"], "--far")])
  func wrongArgumentsAreSaidOnce(arguments: [String], words: String) throws {
    let outcome = try run(ranks: 2, arguments)
    #expect(outcome.exitCode != 0 && !outcome.timedOut)
    let errors = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors.first?.contains(words) == true, "\(outcome.output)")
  }
}
