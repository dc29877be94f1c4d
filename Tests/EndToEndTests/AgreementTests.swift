import Foundation
import TestSupport
import Testing

/// Ranks that were started with other options, data, programs or processors, and replicas that part on
/// the way: one line that says what differs and where, no rank hangs, none dies of a trap.
@Suite(.serialized) struct AgreementTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Two ranks with the workspace's settings, of which each adds its own; later ones win.
  private func train(
    _ own: [[String]], environment: [[String: String]] = [[:], [:]], program: [String]? = nil
  ) throws -> ChildProcess.Outcome {
    let program = try program ?? own.map { _ in try ChildProcess.program("switch-dist") }
    let common =
      Workspace.setting + Workspace.schedule + ["--run-dir", "odd", "--dataset", "./set"]
    let ranks = zip(program, zip(own, environment)).map { program, rank in
      ChildProcess.Rank([program] + common + ["--threads", "1"] + rank.0, environment: rank.1)
    }
    return try ChildProcess.runTogether(ranks, directory: workspace.folder.path, timeout: 60)
  }

  private func expectRefusal(
    _ outcome: ChildProcess.Outcome, says parts: String...,
    source: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.exitCode == 1, "\(outcome.output)", sourceLocation: source)
    #expect(!outcome.timedOut, "\(outcome.output)", sourceLocation: source)
    let errors = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1, "\(outcome.output)", sourceLocation: source)
    for part in parts {
      #expect(errors.first?.contains(part) == true, "\(outcome.output)", sourceLocation: source)
    }
    #expect(!outcome.output.contains("MPI_ABORT"), "\(outcome.output)", sourceLocation: source)
  }

  static let options: [([String], String, String, String)] = [
    (["--seed", "6"], "--seed", "5", "6"),
    (["--learning-rate", "0.01"], "--learning-rate", "0.05", "0.01"),
    (["--batch-size", "24"], "--batch-size", "16", "24"),
    (["--pre-iters", "8"], "--pre-iters", "6", "8"),
    (["--eval-every", "2"], "--eval-every", "3", "2"),
    (["--img-size", "96"], "--img-size", "64", "96"),
    (["--method", "bcp"], "--method", "switch", "bcp"),
    (["--no-weak-augs"], "--weak-augs", "true", "false"),
    (["--resume"], "--resume", "not given", "given"),
    (["--test"], "--test", "not given", "given"),
    (["--dry-run"], "--dry-run", "not given", "given"),
    (["--stop-after", "2"], "--stop-after", "not given", "2"),
    (["--dump-iteration", "3"], "--dump-iteration", "not given", "3"),
    (["--on-divergence", "rollback"], "--on-divergence", "stop", "rollback"),
    (["--init", "set/x.h5"], "--init", "not given", "given"),
    (["--folds", "set/x.csv", "--fold", "1"], "--folds", "not given", "given"),
    (["--checkpoint-every", "7"], "--checkpoint-every", "10m", "7"),
  ]

  private static let isLong = ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil

  /// On rank 1 or, every second one, on rank 0; all of them in the long run.
  @Test(arguments: isLong ? Array(options.indices) : [0, 2, 5, 9, 11, 12])
  func otherOptionsAreRefused(index: Int) throws {
    let (extra, name, usual, other) = Self.options[index]
    let isOnRankZero = index % 2 == 1
    let outcome = try train(isOnRankZero ? [extra, []] : [[], extra])
    expectRefusal(
      outcome, says: "the ranks differ in \(name): \(isOnRankZero ? other : usual) on rank 0 (",
      "\(isOnRankZero ? usual : other) on rank 1 (", "start all ranks with the same options")
    #expect(!workspace.folder.exists("odd/pre_last.h5"))
  }

  /// The run without `--dataset` would train on other images, of another number.
  @Test func aRankWithoutDatasetIsRefused() throws {
    let program = try ChildProcess.program("switch-dist")
    let common = Workspace.setting + Workspace.schedule + ["--run-dir", "odd"]
    let outcome = try ChildProcess.runTogether(
      [
        .init([program] + common + ["--dataset", "./set"]), .init([program] + common),
      ], directory: workspace.folder.path, timeout: 60)
    expectRefusal(outcome, says: "the ranks differ in --dataset: given on rank 0")
  }

  @Test func anotherCommandIsRefused() throws {
    let program = try ChildProcess.program("switch-dist")
    let outcome = try ChildProcess.runTogether(
      [.init([program, "bench", "--image-size", "32"]), .init([program, "selftest"])],
      directory: workspace.folder.path, timeout: 60)
    expectRefusal(outcome, says: "the ranks differ in command: bench on rank 0")
  }

  /// An option that one rank does not even know.
  @Test(arguments: [0, 1]) func anOptionThatIsNoneIsSaidOnce(rank: Int) throws {
    var own: [[String]] = [[], []]
    own[rank] = ["--frobnicate"]
    let outcome = try train(own)
    #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(outcome.output)")
    let errors = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors.first?.contains("Unknown option '--frobnicate'") == true)
    #expect(rank == 0 || errors.first?.hasPrefix("error: rank 1: ") == true, "\(outcome.output)")
  }

  /// What each rank may have for itself.
  @Test func threadsAndPathsMayDiffer() throws {
    try workspace.folder.makeFolder("copy")
    for name in ["images", "labels", "train.txt", "val.txt", "test.txt"] {
      try FileManager.default.copyItem(
        atPath: workspace.folder.file("set/\(name)"),
        toPath: workspace.folder.file("copy/\(name)"))
    }
    let outcome = try train([
      ["--threads", "2"], ["--dataset", "./copy", "--num-workers", "2", "--quiet"],
    ])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try RunRecord(of: "odd", in: workspace).digests == Reference.record().digests)
  }

  /// One pixel of one image on one node.
  @Test(arguments: [0, 1]) func otherPixelsAreRefused(rank: Int) throws {
    for (name, file) in [("set.h5", "./set"), ("copy/set.h5", "./set")] {
      try workspace.folder.makeFolder("copy")
      let conversion = try workspace.run(
        ["convert", "--input", file, "--output", name, "--image-size", "64"])
      try #require(conversion.exitCode == 0, "\(conversion.output)")
    }
    let intact = try train([["--dataset", "./set.h5"], ["--dataset", "./copy/set.h5"]])
    #expect(intact.exitCode == 0, "\(intact.output)")
    try FileManager.default.removeItem(atPath: workspace.folder.file("odd"))

    // Same names, lists and source digest: the attribute is that of the other file.
    let digests = try ["set.h5", "copy/set.h5"].map { try workspace.inspect($0) }
    #expect(digests[0]["contentDigest"] as? String == digests[1]["contentDigest"] as? String)
    try SampleEdit.changeOnePixel(of: workspace.folder.file("copy/set.h5"))
    let edited = try workspace.inspect("copy/set.h5")
    #expect(edited["sourceDigest"] as? String == digests[0]["sourceDigest"] as? String)
    #expect(edited["contentDigest"] as? String != digests[0]["contentDigest"] as? String)
    var own = [["--dataset", "./set.h5"], ["--dataset", "./set.h5"]]
    own[rank] = ["--dataset", "./copy/set.h5"]
    let outcome = try train(own)
    expectRefusal(outcome, says: "the ranks differ in the pixels of the data set (digest): ")

    // A run does not go on with it either.
    let begun = try workspace.train("run", ["--dataset", "./set.h5", "--stop-after", "3"])
    #expect(begun.exitCode == 3, "\(begun.output)")
    let resumed = try workspace.train("run", ["--dataset", "./copy/set.h5", "--resume"])
    #expect(resumed.exitCode == 1)
    #expect(resumed.output.contains("was trained on other data"), "\(resumed.output)")
  }

  @Test func otherListsAreRefused() throws {
    try workspace.folder.makeFolder("copy")
    for name in ["images", "labels", "train.txt", "val.txt", "test.txt"] {
      try FileManager.default.copyItem(
        atPath: workspace.folder.file("set/\(name)"),
        toPath: workspace.folder.file("copy/\(name)"))
    }
    let lines = EllipseFolder.train.dropLast().map { $0 + "\n" }.joined()
    try workspace.folder.write(lines, to: "copy/train.txt")
    let outcome = try train([[], ["--dataset", "./copy"]])
    expectRefusal(outcome, says: "the ranks differ in the number of images of the data set")
  }

  /// A copy of the program that differs in a byte nobody executes.
  @Test func anotherBuildIsRefused() throws {
    let program = try ChildProcess.program("switch-dist")
    let copy = workspace.folder.file("other-switch-dist")
    try FileManager.default.copyItem(atPath: program, toPath: copy)
    let file = try #require(FileHandle(forWritingAtPath: copy))
    try file.seekToEnd()
    try file.write(contentsOf: Data([0]))
    try file.close()
    expectRefusal(
      try train([[], []], program: [program, copy]), says: "the ranks differ in build: ",
      "copy one build of switch-dist to all nodes")
  }

  /// A processor family that the program has no kernels for, on one rank.
  @Test func aProcessorThatCannotComputeIsNamed() throws {
    let outcome = try train([[], []], environment: [[:], [Processor.variable: "sse41"]])
    expectRefusal(outcome, says: "rank 1: ", Processor.variable)
  }

  /// Nodes of both processor families in one job.
  @Test(
    .enabled(if: Processor.hasAVX512, "this processor has no other family than AVX2"),
    arguments: ["fp32", "bf16"])
  func processorFamiliesMayDiffer(precision: String) throws {
    let outcome = try train(
      [["--precision", precision], ["--precision", precision]],
      environment: [[Processor.variable: "avx2"], [Processor.variable: "avx512"]])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let uniform =
      try precision == "fp32"
      ? Reference.record() : RunRecord.ofTraining(["--precision", precision])
    #expect(try RunRecord(of: "odd", in: workspace) == uniform)
  }

  // MARK: On the way

  /// One bit of one parameter on one rank, between two evaluations of self-training.
  @Test(arguments: [(ranks: 2, rank: 1), (ranks: 3, rank: 2), (ranks: 3, rank: 0)])
  func aReplicaThatDiffersIsNamed(ranks: Int, rank: Int) throws {
    let outcome = try ChildProcess.runParallel(
      ranks: ranks,
      [try ChildProcess.program("replica-fault"), "\(rank)", "3", "100", "odd"],
      directory: workspace.folder.path, timeout: 60)
    // The checkpoint of iteration 2 stays, whole.
    let header = try workspace.inspect("odd/pre_last.h5")
    #expect(header["iteration"] as? Int == 2)
    #expect(!workspace.folder.exists("odd/self_last.h5"))
    let culprit = ranks == 2 ? "ranks 0-1 (" : "rank \(rank) ("
    expectRefusal(
      outcome, says: "pre-training, iteration 4: the replicas differ, \(culprit)", " in student/",
      "go on from them with --resume")
  }
}
