import TestSupport
import Testing

/// Bad input ends in one clear line and a failure, on one rank and on three, and never hangs.
@Suite(.serialized) struct BadInputTests {
  private let workspace: Workspace
  private var data: EllipseFolder { workspace.data }

  init() throws { workspace = try Workspace() }

  /// Trains on these numbers of ranks and expects the same line once.
  private func expectRefusal(
    _ arguments: [String] = [], ranks: [Int] = [1], says parts: String...,
    location: SourceLocation = #_sourceLocation
  ) throws {
    for count in ranks {
      let outcome = try workspace.train("run\(count)", ranks: count, arguments)
      #expect(outcome.exitCode != 0, "\(outcome.output)", sourceLocation: location)
      #expect(!outcome.timedOut, "\(outcome.output)", sourceLocation: location)
      #expect(outcome.standardOutput == "", sourceLocation: location)
      let lines = outcome.standardError.split(separator: "\n")
      let errors = lines.filter { $0.contains("error: ") }
      #expect(errors.count == 1, "\(outcome.output)", sourceLocation: location)
      #expect(errors.first?.hasPrefix("error: ") == true, sourceLocation: location)
      for part in parts {
        #expect(errors.first?.contains(part) == true, "\(outcome.output)", sourceLocation: location)
        let mentions = lines.count { $0.contains(part) }
        #expect(mentions == 1, "\(outcome.output)", sourceLocation: location)
      }
      // Under mpirun a notice of its own follows.
      let others = lines.filter {
        !$0.contains("error: ") && $0.prefixMatch(of: /[0-9:]{8} info/) == nil
      }
      if count == 1 { #expect(others.isEmpty, "\(outcome.output)", sourceLocation: location) }
    }
  }

  // MARK: Data sets

  @Test func aMissingDataSet() throws {
    try expectRefusal(
      ["--dataset", "BUSY"], ranks: [1, 3], says: "BUSY: no such data set", "data/BUSY")
  }

  @Test func aListedFileThatDoesNotExist() throws {
    try data.remove("images/train_20.png")
    try expectRefusal(
      ranks: [1, 3], says: "set/train.txt", "images/train_20.png is listed but does not exist")
  }

  @Test func aMissingMask() throws {
    try data.remove("labels/train_3.png")
    try expectRefusal(ranks: [1, 3], says: "set", "labels/train_3.png is missing")
    try data.writeCase("train_3.png", index: 3)
    try data.remove("labels/val_2.png")
    try expectRefusal(says: "set/val.txt", "labels/val_2.png is listed but does not exist")
  }

  /// The unlabeled part of the train list needs no masks.
  @Test func aMissingMaskOfAnUnlabeledImageIsNone() throws {
    try data.remove("labels/train_20.png")
    let outcome = try workspace.train("run", ["--stop-after", "1"])
    #expect(outcome.exitCode == 3, "\(outcome.output)")
  }

  @Test func aMaskOfAnotherSize() throws {
    try data.write(try data.read("labels/train_5.png"), to: "labels/train_4.png")
    try expectRefusal(ranks: [1, 3], says: "set/labels/train_4.png: the mask is", "but its image")
  }

  @Test func aTruncatedPNG() throws {
    let bytes = try data.read("images/test_1.png")
    try data.write(Array(bytes[..<(bytes.count / 2)]), to: "images/test_1.png")
    try expectRefusal(ranks: [1, 3], says: "set/images/test_1.png: the PNG is truncated")
  }

  @Test func aFileThatIsNoPNG() throws {
    try data.write("GIF89a and more that is no PNG", to: "images/train_29.png")
    try expectRefusal(says: "set/images/train_29.png: neither a PNG nor a JPEG")
  }

  @Test(arguments: ["train", "val", "test"]) func anEmptyList(list: String) throws {
    try data.write("\n\n", to: "\(list).txt")
    try expectRefusal(says: "set/\(list).txt: the list is empty")
  }

  @Test func masksOfZeroAndOneAreAcceptedAndSaid() throws {
    for (index, name) in EllipseFolder.train.enumerated() {
      try data.writeCase(name, index: index, foreground: 1)
    }
    let outcome = try workspace.train("run", ranks: 2)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let note =
      "30 files (first: train_0.png): the mask holds only 0 and 1; 1 is taken as foreground"
    #expect(outcome.standardError.split(separator: "\n").count { $0.contains(note) } == 1)
    // The same lesions, so the same training.
    #expect(try RunRecord(of: "run", in: workspace).digests == Reference.record().digests)
  }

  @Test func aDamagedFile() throws {
    let conversion = try workspace.run(
      ["convert", "--input", "./set", "--output", "set.h5", "--image-size", "64"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    let bytes = try workspace.folder.read("set.h5")
    let file = ["--dataset", "./set.h5"]
    try workspace.folder.flip(byteAt: bytes.count / 2, of: "set.h5")
    try expectRefusal(file, ranks: [1, 3], says: "./set.h5", "damaged")
    try workspace.folder.write(Array(bytes[..<50_000]), to: "set.h5")
    try expectRefusal(file, ranks: [1, 3], says: "./set.h5: damaged")
    try workspace.folder.write("no HDF5", to: "set.h5")
    try expectRefusal(file, says: "./set.h5: not an HDF5 file")
    try workspace.folder.write(bytes, to: "set.h5")
    try expectRefusal(
      file + ["--img-size", "96"], says: "./set.h5: holds images of 64×64 pixels",
      "convert it again with --image-size 96 or train with --img-size 64")
  }

  // MARK: Settings that do not fit

  @Test func noLabeledImages() throws {
    try expectRefusal(
      ["--labeled-ratio", "0.02"], ranks: [1, 3],
      says: "--labeled-ratio 0.02 of the 30 images in the list leaves no labeled one",
      "use --labeled-ratio 0.04")
  }

  /// Known before pre-training, not after it.
  @Test func noUnlabeledImages() throws {
    try expectRefusal(
      ["--labeled-ratio", "1"], says: "leaves no unlabeled one; use --labeled-ratio 0.99",
      "--method supervised")
    #expect(!workspace.folder.exists("run1/pre_last.h5"))
  }

  /// Few outlines are what the method is for: they come round more often, which is said once.
  @Test(arguments: [("0.04", "labeled", 1), ("0.97", "unlabeled", 1)])
  func fewerImagesThanPlacesInABatch(ratio: String, kind: String, count: Int) throws {
    let setting = ["--labeled-ratio", ratio, "--pre-iters", "2", "--self-iters", "2"]
    let outcome = try workspace.train("one", setting)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let note = "a batch has 8 places for \(kind) images and there is \(count):"
    #expect(outcome.output.split(separator: "\n").count { $0.contains(note) } == 1)
    let other = try workspace.train("three", ranks: 3, setting)
    #expect(other.exitCode == 0, "\(other.output)")
    #expect(
      try RunRecord(of: "one", in: workspace).files == RunRecord(of: "three", in: workspace).files)
  }

  /// Without self-training all images may be labeled.
  @Test func aPhaseWithoutIterationsNeedsNoImages() throws {
    let outcome = try workspace.train("run", ["--self-iters", "0", "--labeled-ratio", "1"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(workspace.folder.exists("run/test_scores.csv"))
  }

  @Test func moreRanksThanPairs() throws {
    try expectRefusal(
      ["--batch-size", "4"], ranks: [3],
      says: "3 ranks are more than the 2 pairs of --batch-size 4", "--batch-size 8")
  }

  @Test func anUnknownFlag() throws {
    try expectRefusal(["--datset", "x"], ranks: [1, 3], says: "Unknown option '--datset'")
  }

  // MARK: Run folders

  @Test func aRunFolderThatCannotBeMade() throws {
    try expectRefusal(
      ["--run-dir", "set/train.txt/run"], ranks: [1, 3], says: "set/train.txt/run",
      "Not a directory")
    try expectRefusal(["--run-dir", "set/train.txt"], says: "set/train.txt", "Not a directory")
  }

  @Test func aFileWhereTensorBoardsFolderBelongs() throws {
    for run in ["run1", "run3"] {
      try workspace.folder.makeFolder(run)
      try workspace.folder.write("", to: "\(run)/tensorboard")
    }
    try expectRefusal(
      ranks: [1, 3], says: "/tensorboard: TensorBoard's files cannot be written there",
      "Not a directory")
  }

  @Test func aFolderWhereTheMetricsBelong() throws {
    let run = try Workspace()
    try run.folder.makeFolder("run/metrics.jsonl")
    try run.expectRefusal(
      Workspace.setting + Workspace.schedule + ["--dataset", "./set", "--run-dir", "run"],
      ranks: [1, 2], says: "run/metrics.jsonl: cannot be opened")
  }

  @Test func nothingToResumeOrTest() throws {
    try expectRefusal(["--resume"], ranks: [1, 3], says: "no run to resume there", "--run-dir")
    try expectRefusal(["--test"], ranks: [1, 3], says: "no run to test there", "--run-dir")
    #expect(!workspace.folder.exists("run1"))
    try workspace.folder.makeFolder("run1")
    try expectRefusal(["--resume"], says: "no run to resume there", "--run-dir")
  }

  @Test func aRunFolderThatHoldsARun() throws {
    let first = try workspace.train("run1")
    try #require(first.exitCode == 0, "\(first.output)")
    let record = try RunRecord(of: "run1", in: workspace)
    let notes = ["run1/configuration.json", "run1/metrics.jsonl"]
    let texts = try notes.map { try workspace.folder.read($0) }
    let here = ["--run-dir", "run1"]
    try expectRefusal(here, ranks: [1, 3], says: "run1: a run lies there already", "--resume")
    try expectRefusal(
      here + ["--resume", "--seed", "6", "--batch-size", "12"], ranks: [1, 3],
      says: "run1/self_last.h5: cannot be resumed with other settings",
      "--batch-size is 12, was 16", "--seed is 6, was 5", "--config run1/configuration.yaml")
    // Before any image is looked for.
    let bare = try workspace.run(["--run-dir", "run1", "--resume", "--dataset", "nowhere"])
    #expect(bare.exitCode == 1, "\(bare.output)")
    #expect(
      bare.output.contains("--img-size is 256, was 64") && !bare.output.contains("nowhere"),
      "\(bare.output)")
    // Other images than those of the run would be scored, over the run's own results.
    try expectRefusal(
      here + ["--test", "--img-size", "96", "--seed", "6"], ranks: [1, 3],
      says: "run1/self_best.h5: cannot be tested with other settings",
      "--img-size is 96, was 64", "--seed is 6, was 5", "--config run1/configuration.yaml")
    try expectRefusal(
      here + ["--test", "--precision", "bf16"],
      says: "run1/self_best.h5: cannot be tested with other settings",
      "--precision is bf16, was fp32")
    try data.writeCase("train_3.png", index: 8)
    try expectRefusal(
      here + ["--resume"], says: "run1/self_last.h5: was trained on other data",
      "files have changed")
    try expectRefusal(here + ["--test"], says: "run1/self_best.h5: was trained on other data")
    try data.writeCase("train_3.png", index: 3)
    #expect(try RunRecord(of: "run1", in: workspace) == record, "a refusal changes nothing")
    #expect(try notes.map { try workspace.folder.read($0) } == texts)
    // The way out that was named.
    let remedied = try workspace.run(
      ["--config", "run1/configuration.yaml", "--run-dir", "run1", "--resume"])
    #expect(remedied.exitCode == 0, "\(remedied.output)")
  }

  /// Also before there are checkpoints. The run that has the folder goes on undisturbed.
  @Test func aRunFolderInUse() throws {
    var refusals: [ChildProcess.Outcome] = []
    let slow = ["--img-size", "512", "--pre-iters", "2", "--self-iters", "0"]
    let first = try workspace.train("run", slow) { _ in
      Workspace.await { workspace.logs("pre-training: 2 iterations", in: "run") }
      for (ranks, flags) in [(1, []), (1, ["--resume"])] {
        if let outcome = try? workspace.train("run", ranks: ranks, flags) {
          refusals.append(outcome)
        }
      }
    }
    #expect(first.exitCode == 0, "\(first.output)")
    #expect(refusals.count == 2)
    for refusal in refusals {
      #expect(refusal.exitCode == 75, "\(refusal.output)")
      #expect(refusal.output.hasPrefix("error: run: another run is using this folder"))
    }
    #expect(try workspace.events("run", "start").count == 1)
  }

  @Test func aRunWithoutBestWeights() throws {
    let stopped = try workspace.train("run1", ["--stop-after", "1"])
    try #require(stopped.exitCode == 3, "\(stopped.output)")
    try expectRefusal(
      ["--test"], says: "run1/pre_best.h5: no such file: pre-training was not", "--resume")
  }

  @Test func testScoresARunThatExists() throws {
    let training = try workspace.train("run")
    try #require(training.exitCode == 0, "\(training.output)")
    let record = try RunRecord(of: "run", in: workspace)
    let table = Self.table(training.standardError)
    #expect(table.count == 12 && table[0].contains("test on 5 images"))
    for name in ["test_scores.csv", "overlays"] { try workspace.folder.remove("run/\(name)") }
    // How the weights were trained does not matter any more.
    let test = try workspace.train(
      "run", ranks: 3, ["--test", "--pre-iters", "9", "--batch-size", "12", "--learning-rate", "1"])
    #expect(test.exitCode == 0, "\(test.output)")
    #expect(Self.table(test.standardError) == table)
    #expect(try RunRecord(of: "run", in: workspace) == record)
    for suffix in ["overlay", "contours", "prediction"] {
      #expect(workspace.folder.exists("run/overlays/test_0_\(suffix).png"))
    }
  }

  /// The final table without the time of day.
  private static func table(_ output: String) -> [String] {
    output.split(separator: "\n").map { String($0.dropFirst(9)) }.filter {
      $0.contains("±") || $0.contains("test on") || $0.contains("all pixels together")
    }
  }
}
