import Foundation
import Imaging
import TestSupport
import Testing

/// `switch-dist test`: scores, tables and pictures of weights that exist.
@Suite(.serialized) struct TestCommandTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws {
    workspace = try Workspace()
    try TrainedRun.copy(into: workspace)
  }

  private func test(_ arguments: [String], ranks: Int? = nil) throws -> ChildProcess.Outcome {
    let outcome = try workspace.run(["test", "--threads", "1"] + arguments, ranks: ranks)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    return outcome
  }

  private func json(_ file: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(folder.read(file)))
    return try #require(object as? [String: Any])
  }

  /// The run's own test and the command share everything.
  @Test func aRunScoresAsAtItsEnd() throws {
    let outcome = try test(["--run", "run"])
    let scores = try workspace.text("run/test_scores.csv")
    #expect(try workspace.text("run/test/test_student_scores.csv") == scores)
    #expect(
      scores.hasPrefix(
        "name,dice,iou,hd95,asd,predicted_area,true_area,nsd,sensitivity,precision,specificity,"
          + "lesions,found_lesions,false_lesions\ntest_0.png,"))
    #expect(scores.split(separator: "\n").count == 6)
    for name in EllipseFolder.test {
      let stem = name.dropLast(4)
      for suffix in ["overlay", "contours", "prediction"] {
        let file = "\(stem)_\(suffix).png"
        let picture = try folder.read("run/test/test_student_overlays/\(file)")
        #expect(try folder.read("run/overlays/\(file)") == picture)
      }
    }
    #expect(outcome.standardOutput.contains("student on the test list of set, 5 images"))
    #expect(outcome.standardOutput.contains("Dice and IoU are 0 where both masks are empty"))
  }

  @Test func theSummaryIsThatOfTheTable() throws {
    _ = try test(["--run", "run", "--no-overlays", "--output", "scores"])
    #expect(!folder.exists("scores/test_student_overlays"))
    let report = try json("scores/test_student_scores.json")
    let rows = try #require(report["images"] as? [[String: Any]])
    let summary = try #require(report["summary"] as? [String: Any])
    let dice = try #require(summary["dice"] as? [String: Any])
    let values = rows.compactMap { $0["dice"] as? Double }
    try #require(values.count == 5)
    #expect(dice["median"] as? Double == values.sorted()[2])
    let mean = try #require(dice["mean"] as? Double)
    #expect(abs(mean - values.reduce(0, +) / 5) < 1e-12)
    let interval = try #require(dice["interval"] as? [String: Double])
    let (lower, upper) = (try #require(interval["lower"]), try #require(interval["upper"]))
    #expect(lower <= mean && mean <= upper)
    let hd95 = try #require(summary["hd95"] as? [String: Any])
    #expect(hd95["undefined_count"] as? Int == rows.count { $0["hd95"] is NSNull })
    func sum(_ column: String) -> Double {
      rows.compactMap { ($0[column] as? NSNumber)?.doubleValue }.reduce(0, +)
    }
    let found = try #require(summary["lesion_sensitivity"] as? [String: Any])
    #expect(sum("lesions") >= 5)
    #expect(
      try abs(#require(found["mean"] as? Double) - sum("found_lesions") / sum("lesions")) < 1e-12)
    #expect(report["trained_on_this_data"] as? Bool == true)
    let digest = try workspace.inspect("run/self_best.h5")["digest"] as? String
    #expect(report["weights_digest"] as? String == digest)
    #expect((report["conventions"] as? [String: String])?["hd95"]?.contains("95th") == true)
  }

  /// A wider tolerance finds more of the edges right, and nothing else.
  @Test func theToleranceIsOfTheSurfaceDiceAlone() throws {
    _ = try test(["--run", "run", "--no-overlays", "--output", "usual"])
    let printed = try test(
      ["--run", "run", "--no-overlays", "--nsd-tolerance", "4.5", "--output", "wide"])
    #expect(printed.standardOutput.contains("share of both edges within 4.5 px"))
    let reports = try ["usual", "wide"].map { try json("\($0)/test_student_scores.json") }
    #expect(reports.map { $0["nsd_tolerance"] as? Double } == [2, 4.5])
    let rows = try reports.map { try #require($0["images"] as? [[String: Any]]) }
    var isWider = false
    for (usual, wide) in zip(rows[0], rows[1]) {
      let (one, other) = (usual["nsd"] as? Double ?? 0, wide["nsd"] as? Double ?? 0)
      #expect(one <= other)
      isWider = isWider || one < other
      for column in usual.keys where column != "nsd" {
        #expect("\(usual[column] ?? "")" == "\(wide[column] ?? "")", "\(column)")
      }
    }
    #expect(isWider)
  }

  @Test func bothModelsOnAnyNumberOfRanks() throws {
    let flags = ["--run", "run", "--model", "both", "--split", "val", "--largest-component"]
    let reference = try test(flags + ["--output", "one"])
    for ranks in [2, 3] {
      let outcome = try test(flags + ["--output", "one\(ranks)"], ranks: ranks)
      let expected = reference.standardOutput.replacing("in one\n", with: "in one\(ranks)\n")
      #expect(outcome.standardOutput == expected)
      for model in ["student", "teacher"] {
        for file in [
          "val_\(model)_scores.csv", "val_\(model)_scores.json",
          "val_\(model)_overlays/val_6_prediction.png",
        ] {
          #expect(try folder.read("one\(ranks)/\(file)") == folder.read("one/\(file)"))
        }
      }
    }
    #expect(
      try workspace.text("one/val_student_scores.csv")
        != workspace.text("one/val_teacher_scores.csv"))

    let means = try ["student", "teacher"].map { model in
      let summary = try #require(
        try json("one/val_\(model)_scores.json")["summary"] as? [String: Any])
      return try #require((summary["dice"] as? [String: Any])?["mean"] as? Double)
    }
    let lines = reference.standardOutput.split(separator: "\n")
    let title = try #require(lines.firstIndex { $0.hasPrefix("student less teacher, image by") })
    let difference = lines[title + 1].split(separator: " ")
    #expect(difference[0] == "Dice")
    #expect(difference[2] == String(format: "%+.2f", 100 * (means[0] - means[1])))
  }

  /// Weights alone, on the same images in another place.
  @Test func weightsOnNamedImages() throws {
    let conversion = try workspace.run(
      ["convert", "--input", "./set", "--output", "set.h5", "--image-size", "64"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    _ = try test(["--weights", "run/self_best.h5", "--dataset", "./set.h5", "--output", "file"])
    #expect(
      try workspace.text("file/test_student_scores.csv") == workspace.text("run/test_scores.csv"))
    let printed = try test(["--weights", "run/self_best.h5", "--dataset", "./set.h5"])
    #expect(printed.standardOutput.contains("Dice %"))
    // In their run's folder they need no name of a data set.
    #expect(
      try test(["--weights", "run/self_best.h5"]).standardOutput
        == printed.standardOutput.replacing("set.h5", with: "set"))
    try workspace.data.writeCase("train_3.png", index: 8)
    let other = try test(["--weights", "run/self_best.h5", "--dataset", "./set"])
    #expect(other.standardError.contains("set is not the data the weights were trained on"))
    try workspace.expectRefusal(
      ["test", "--run", "run"], says: "trained on other data", "--dataset")
  }

  @Test func overlaysInTheImagesOwnResolution() throws {
    _ = try test(["--run", "run", "--original-size", "--output", "large"])
    for name in EllipseFolder.test {
      let original = try PNG.size(path: folder.file("set/images/\(name)"))
      for suffix in ["overlay", "contours", "prediction"] {
        let file = "large/test_student_overlays/\(name.dropLast(4))_\(suffix).png"
        #expect(try PNG.size(path: folder.file(file)) == original)
      }
    }
    // Scores stay those at the network's size.
    #expect(
      try workspace.text("large/test_student_scores.csv") == workspace.text("run/test_scores.csv"))
  }

  @Test func badInput() throws {
    try workspace.expectRefusal(["test"], says: "--run", "--weights")
    try workspace.expectRefusal(
      ["test", "--run", "run", "--weights", "x.h5"], says: "--run and --weights both name weights")
    try workspace.expectRefusal(
      ["test", "--run", "runs/none"], ranks: [1, 3], says: "runs/none: no such run folder")
    try folder.makeFolder("empty")
    try workspace.expectRefusal(
      ["test", "--run", "empty"], says: "empty: the run has no weights to test yet")
    try folder.write(try folder.read("run/self_best.h5"), to: "elsewhere.h5")
    try workspace.expectRefusal(
      ["test", "--weights", "elsewhere.h5"], ranks: [1, 2], says: "name them with --dataset")
    try workspace.expectRefusal(
      ["test", "--weights", "run/pre_best.h5", "--dataset", "./set", "--model", "both"],
      ranks: [1, 2], says: "run/pre_best.h5: holds no teacher", "--model student")
    try workspace.expectRefusal(
      ["test", "--run", "run", "--output", "set/train.txt", "--no-overlays"],
      says: "set/train.txt", "Not a directory")
    try workspace.expectRefusal(
      ["test", "--run", "run", "--dataset", "./set/train.txt"], says: "not an HDF5 file")
    // As an unset variable of the shell gives it; it must not mean the root.
    for command in [
      ["test", "--run", "run"], ["report", "--run", "run"],
      ["predict", "--weights", "run/self_best.h5", "--input", "set/images"],
    ] {
      try workspace.expectRefusal(command + ["--output", ""], says: "an empty name is no")
    }
    try folder.remove("run/configuration.json")
    try workspace.expectRefusal(
      ["test", "--run", "run"], says: "run/configuration.json: cannot be read")
  }
}
