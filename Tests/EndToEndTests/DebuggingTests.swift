import HDF5
import TestSupport
import Testing

/// `--dump-iteration` and `diff`: how one finds where two runs part.
@Suite(.serialized) struct DebuggingTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func train(_ name: String, ranks: Int = 1, threads: Int = 1, _ arguments: [String]) throws
  {
    let outcome = try workspace.train(name, ranks: ranks, threads: threads, arguments)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
  }

  private func bytes(_ file: String) throws -> [UInt8] { try workspace.folder.read(file) }

  /// Values and pictures are the same bytes however the run is carried out, and the run's result is
  /// the one it has without them.
  @Test(arguments: ["pre", "self"]) func aDumpIsTheSameOnAnyNumberOfRanks(phase: String) throws {
    let arguments = ["--dump-iteration", "4", "--dump-phase", phase]
    try train("one", arguments)
    try train("two", ranks: 2, threads: 1, arguments)
    try train("three", ranks: 3, threads: 2, arguments)
    for other in ["two", "three"] {
      for kind in ["h5", "png"] {
        let name = "dump_\(phase)_4.\(kind)"
        #expect(try bytes("one/\(name)") == bytes("\(other)/\(name)"), "\(other)/\(name)")
      }
    }
    #expect(try RunRecord(of: "one", in: workspace) == Reference.record())
  }

  /// What a dump of self-training holds agrees with itself and with the log.
  @Test func aDumpHoldsTheIteration() throws {
    try train("run", ["--dump-iteration", "6"])
    let file = try HDF5File.open(workspace.folder.file("run/dump_self_6.h5"))
    let mixed = try file.read("03_mixed/images", as: Float.self)
    let mask = try file.read("01_images/mask", as: Float.self).values
    let base = try file.read("01_images/base", as: Float.self).values
    let patch = try file.read("01_images/patch", as: Float.self).values
    #expect(mixed.shape == [8, 64, 64])
    for (index, value) in mixed.values.enumerated() {
      try #require(value == (mask[index % mask.count] == 1 ? base : patch)[index])
    }
    #expect(try file.readStrings("00_names/base").count == 8)
    // Cleaning up keeps the largest component: never more than there was.
    let raw = try file.read("04_teacher/pseudo_labels_before_clean_up", as: Float.self).values
    let targets = try file.read("05_targets/base", as: Float.self).values
    #expect((0..<4 * 64 * 64).allSatisfy { targets[$0] <= raw[$0] })
    // As text: not every reader of JSON gives back the last bit.
    let metrics = String(decoding: try workspace.folder.read("run/metrics.jsonl"), as: UTF8.self)
    let logged = try #require(
      metrics.split(separator: "\n").last {
        $0.hasPrefix("{\"event\":\"iteration\"")
          && $0.contains("\"phase\":\"self-training\",\"iteration\":6,")
      })
    let total = try file.read("08_losses/total", as: Double.self).values
    #expect(total.count == 1 && logged.contains("\"total\":\(total[0]),"), "\(logged)")
    let weight = "encoder.in_conv.conv_conv.0.weight"
    let norms = try ["09_gradient_norms", "10_weight_norms_before", "11_weight_norms_after"].map {
      try file.read("\($0)/\(weight)", as: Double.self).values[0]
    }
    #expect(norms[0] > 0 && norms[1] != norms[2])

    let description = try workspace.inspect("run/dump_self_6.h5")
    #expect(description["phase"] as? String == "self-training")
    #expect(description["iteration"] as? Int == 6)
    let arrays = try #require(description["arrays"] as? [[String: Any]])
    let images = try #require(arrays.first { $0["path"] as? String == "03_mixed/images" })
    #expect(images["shape"] as? [Int] == [8, 64, 64] && images["type"] as? String == "float32")
  }

  @Test(arguments: ["bcp", "supervised"]) func theBaselinesHaveDumpsToo(method: String) throws {
    try train("run", ["--method", method, "--dump-iteration", "2"])
    let file = try HDF5File.open(workspace.folder.file("run/dump_self_2.h5"))
    #expect(try file.exists("04_teacher/logits") == (method == "bcp"))
    #expect(try !file.exists("02_restored"))
    #expect(try file.read("06_logits/mixed", as: Float.self).shape == [8, 2, 64, 64])
  }

  @Test(arguments: [
    (["--dump-iteration", "7"], "pre-training has 6, self-training has 6"),
    (["--dump-iteration", "0"], "no iteration of this run"),
    (["--dump-iteration", "2", "--dump-phase", "pre", "--method", "supervised"], "no such phase"),
    (["--dump-phase", "pre"], "name both"),
    (["--dump-iteration", "2", "--test"], "--test does not train"),
  ])
  func anIterationThatTheRunDoesNotHave(arguments: [String], message: String) throws {
    let outcome = try workspace.train("run", arguments)
    #expect(outcome.exitCode == 1)
    let lines = outcome.standardError.split(separator: "\n")
    #expect(lines.count == 1 && lines.first?.contains(message) == true, "\(outcome.output)")
    #expect(!workspace.folder.exists("run"))
  }

  /// It is then that one wants to look.
  @Test func aRunThatDivergesLeavesItsDump() throws {
    let outcome = try workspace.train(
      "run", ranks: 2, ["--learning-rate", "1e30", "--dump-iteration", "2", "--dump-phase", "pre"])
    #expect(outcome.exitCode == 1 && outcome.standardError.contains("has diverged"))
    let file = try HDF5File.open(workspace.folder.file("run/dump_pre_2.h5"))
    #expect(try file.exists("10_weight_norms_before"))
    #expect(try !file.exists("11_weight_norms_after"))
  }

  @Test func anIterationDoneBeforeIsNotDumped() throws {
    let stopped = try workspace.train("run", ["--stop-after", "4"])
    #expect(stopped.exitCode == 3)
    let outcome = try workspace.train(
      "run", ["--resume", "--dump-iteration", "4", "--dump-phase", "pre"])
    #expect(outcome.exitCode == 0)
    #expect(
      outcome.standardError.contains(
        "warning iteration 4 of pre-training was done before: nothing is dumped"))
    #expect(!workspace.folder.exists("run/dump_pre_4.h5"))
  }

  // MARK: diff

  private func diff(_ arguments: String...) throws -> ChildProcess.Outcome {
    try workspace.run(["diff"] + arguments)
  }

  @Test func diffNamesWhereTwoRunsPart() throws {
    let dump = ["--dump-iteration", "1", "--dump-phase", "pre", "--pre-iters", "1"]
    let short = ["--self-iters", "0"] + dump
    try train("one", short)
    try train("same", ranks: 2, short)
    try train("seed", short + ["--seed", "6"])
    try train("rate", short + ["--learning-rate", "0.04"])
    func files(_ name: String) -> (String, String) {
      ("one/dump_pre_1.h5", "\(name)/dump_pre_1.h5")
    }
    let same = try diff(files("same").0, files("same").1)
    #expect(same.exitCode == 0 && same.standardOutput.hasPrefix("equal in all"), "\(same.output)")
    #expect(same.standardOutput.split(separator: "\n").count == 1)

    let seed = try diff(files("seed").0, files("seed").1)
    #expect(seed.exitCode == 1 && seed.standardError.isEmpty, "\(seed.output)")
    #expect(seed.standardOutput.contains("the first is 00_names/base"))
    #expect(seed.standardOutput.contains("seed: 5 against 6"))

    // Another rate changes nothing before the update.
    let rate = try diff(files("rate").0, files("rate").1)
    #expect(rate.standardOutput.contains("the first is 11_weight_norms_after/"), "\(rate.output)")
    #expect(rate.standardOutput.contains("optimizer.learningRate: 0.05 against 0.04"))
    #expect(try diff(files("rate").0, files("rate").1, "--tolerance", "0.5").exitCode == 0)

    let checkpoints = try diff("one/pre_last.h5", "rate/pre_last.h5", "--json")
    #expect(checkpoints.exitCode == 1)
    #expect(checkpoints.standardOutput.contains("\"path\" : \"student/"))
  }

  @Test func diffOfOtherShapesAndMissingArrays() throws {
    func write(_ name: String, _ shape: [Int], extra: Bool) throws {
      let file = try HDF5File.create(workspace.folder.file(name))
      let count = shape.reduce(1, *)
      try file.write([Float](repeating: 1, count: count), shape: shape, at: "a/weight")
      try file.write([Int64(count)], shape: [1], at: "a/count")
      if extra { try file.writeStrings(["x"], at: "names") }
      try file.close()
    }
    try write("one.h5", [2, 3], extra: true)
    try write("two.h5", [3, 2], extra: false)
    let outcome = try diff("one.h5", "two.h5")
    #expect(outcome.exitCode == 1)
    #expect(outcome.standardOutput.contains("2 of 3 arrays differ; the first is a/weight"))
    #expect(outcome.standardOutput.contains("a/weight: float32 2×3 against float32 3×2"))
    #expect(outcome.standardOutput.contains("names: only in the first"))
  }

  /// Beside infinity every number would be within a tolerance.
  @Test func infinityIsNoToleranceMatter() throws {
    for (name, value) in [("one.h5", Float.infinity), ("two.h5", 3)] {
      let file = try HDF5File.create(workspace.folder.file(name))
      try file.write([value], shape: [1], at: "a")
      try file.close()
    }
    #expect(try diff("one.h5", "two.h5", "--tolerance", "0.5").exitCode == 1)
  }

  /// Beyond the largest signed number.
  @Test func largeIntegersDiffer() throws {
    for (name, value) in [("one.h5", UInt64.max), ("two.h5", UInt64(1) << 63)] {
      let file = try HDF5File.create(workspace.folder.file(name))
      try file.write([value], shape: [1], at: "a")
      try file.close()
    }
    #expect(try diff("one.h5", "two.h5").exitCode == 1)
    #expect(
      try workspace.inspect("one.h5")["digest"] as? String
        != workspace.inspect("two.h5")["digest"] as? String)
  }

  @Test func diffOfWhatIsNoFile() throws {
    try workspace.folder.write("no HDF5", to: "text.h5")
    try workspace.folder.write("no HDF5", to: "other.h5")
    for (one, other) in [("missing.h5", "text.h5"), ("text.h5", "other.h5")] {
      let outcome = try diff(one, other)
      #expect(outcome.exitCode == 2, "\(outcome.output)")
      let lines = outcome.standardError.split(separator: "\n")
      // The file is named, and once.
      #expect(
        lines.count == 1 && lines.first?.split(separator: one).count == 2, "\(outcome.output)")
    }
  }
}
