import TestSupport
import Testing

/// `--init`: training that starts on weights from a file.
@Suite(.serialized) struct InitialWeightsTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws {
    workspace = try Workspace()
    try TrainedRun.copy(into: workspace)
  }

  private static let flags = [
    "--init", "run/self_best.h5", "--pre-iters", "4", "--self-iters", "4",
  ]

  private func train(_ run: String, ranks: Int = 1, _ arguments: [String]) throws -> String {
    let outcome = try workspace.train(run, ranks: ranks, arguments)
    #expect([0, 3].contains(outcome.exitCode), "\(outcome.output)")
    return outcome.standardError
  }

  private func initialWeights(of file: String) throws -> String? {
    (try workspace.inspect(file)["configuration"] as? [String: Any])?["initialWeights"] as? String
  }

  @Test func theStudentStartsOnTheFilesWeights() throws {
    // Without an iteration the first phase leaves them as they are.
    let log = try train("copy", ["--init", "run/self_best.h5", "--pre-iters", "0"])
    #expect(log.contains("starting on the weights of run/self_best.h5"))
    for run in ["run/self_best.h5", "copy/pre_last.h5"] {
      let test = try workspace.run(
        ["test", "--weights", run, "--dataset", "./set", "--output", "scores/\(run)"])
      try #require(test.exitCode == 0, "\(test.output)")
    }
    let name = "test_student_scores.csv"
    #expect(
      try workspace.text("scores/copy/pre_last.h5/\(name)")
        == workspace.text("scores/run/self_best.h5/\(name)"))
    let digest = try workspace.inspect("run/self_best.h5")["digest"] as? String
    #expect(try initialWeights(of: "copy/self_last.h5") == digest)
    #expect(try initialWeights(of: "run/self_last.h5") == nil)
  }

  @Test func resumingNeedsNoFileAndRanksDoNotMatter() throws {
    _ = try train("whole", ranks: 2, Self.flags)
    let reference = try RunRecord(of: "whole", in: workspace)
    _ = try train("parts", Self.flags + ["--stop-after", "5"])
    let weights = try folder.read("run/self_best.h5")
    try folder.remove("run/self_best.h5")
    // The same command line, as in a job that was put back into the queue, and one without --init.
    _ = try train("parts", Self.flags + ["--resume", "--stop-after", "1"])
    _ = try train("parts", ranks: 3, Array(Self.flags.dropFirst(2)) + ["--resume"])
    #expect(try RunRecord(of: "parts", in: workspace) == reference)
    #expect(
      try workspace.text("parts/configuration.yaml")
        == workspace.text("whole/configuration.yaml"))
    try folder.write(weights, to: "run/self_best.h5")
    try workspace.expectRefusal(
      trainArguments("parts", ["--resume"], weights: "run/pre_best.h5"), ranks: [1, 2],
      says: "parts/self_last.h5: cannot be resumed with other settings: --init is a file of digest")
  }

  private func trainArguments(
    _ run: String, _ arguments: [String], weights: String
  ) -> [String] {
    Workspace.setting + Workspace.schedule + ["--dataset", "./set", "--run-dir", run]
      + Self.flags.dropFirst(2) + arguments + ["--init", weights]
  }

  /// Without a checkpoint the run starts over, and on the same weights.
  @Test func aRunThatStartsOverNeedsTheSameFile() throws {
    _ = try train("begun", Self.flags + ["--stop-after", "1"])
    for name in ["pre_last.h5", "pre_best.h5"] where folder.exists("begun/\(name)") {
      try folder.remove("begun/\(name)")
    }
    try workspace.expectRefusal(
      trainArguments("begun", ["--resume"], weights: "run/pre_best.h5"),
      says: "begun/configuration.json: cannot be resumed with other settings: --init is a file")
    #expect(try train("begun", Self.flags + ["--resume"]).contains("starting from the beginning"))
  }

  @Test func badInput() throws {
    try workspace.expectRefusal(
      trainArguments("new", [], weights: "none.h5"), ranks: [1, 3], says: "none.h5: no such file")
    try workspace.expectRefusal(
      trainArguments("new", [], weights: "set/train.txt"), says: "set/train.txt: not an HDF5 file")
    let conversion = try workspace.run(
      ["convert", "--input", "./set", "--output", "set.h5", "--image-size", "64"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    try workspace.expectRefusal(
      trainArguments("new", [], weights: "set.h5"), ranks: [1, 2],
      says: "set.h5: the weights do not fit this network; missing: encoder.in_conv",
      "not known: has_label")
    #expect(!folder.exists("new"))
  }
}
