import Imaging
import TestSupport
import Testing

/// Folders as people have them, through the commands.
@Suite(.serialized) struct LayoutCommandTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws { workspace = try Workspace() }

  /// Moves the images of the set into a folder without lists, each with its mask beside it.
  private func layOutBeside(_ place: String) throws {
    try folder.makeFolder(place)
    for name in EllipseFolder.train + EllipseFolder.validation {
      let stem = "\(place)/\(name.dropLast(4))"
      try folder.write(try workspace.data.read("images/\(name)"), to: "\(stem).png")
      try folder.write(try workspace.data.read("labels/\(name)"), to: "\(stem)_mask.png")
    }
  }

  @Test func aFolderWithoutListsIsConvertedAndTrainedOn() throws {
    try layOutBeside("scans")
    try workspace.expectRefusal(
      ["--dataset", "scans"], ranks: [1, 3],
      says: "scans: has no lists", "'switch-dist convert --input scans --layout folder --output")
    let convert = ["convert", "--input", "scans", "--output", "scans.h5", "--image-size", "64"]
    let outcome = try workspace.run(convert + ["--split", "60/20/20", "--group-by", "^([a-z]+_.)"])
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardError.contains("layout folder: scans has masks beside the images"))
    #expect(outcome.standardOutput.contains("note       divided 60/20/20 with seed 1"))
    let before = try folder.read("scans.h5")
    let again = try workspace.run(
      convert + ["--layout", "folder", "--split", "60/20/20", "--group-by", "^([a-z]+_.)"])
    #expect(again.exitCode == 0)
    #expect(try folder.read("scans.h5") == before)
    let training = try workspace.train(
      "run", ["--dataset", "scans.h5", "--stop-after", "1"])
    #expect(training.exitCode == 3, "\(training.output)")
  }

  @Test func flagsThatDoNotFitAreRefused() throws {
    let output = ["--output", "x.h5"]
    for (flags, parts) in [
      (["--input", "set", "--split", "70/10/20"], "has lists of its own"),
      (["--input", "set", "--layout", "busi"], "looked for benign/"),
      (["--images", "set/images"], "--input with a folder, or --images and --masks"),
      (["--images", "set/images", "--masks", "none"], "none: no such folder"),
      (["--images", "set/images", "--masks", "set/labels", "--group-by", "("], "is not a regular"),
    ] {
      try workspace.expectRefusal(["convert"] + flags + output, says: parts)
    }
    let wrong = try workspace.run(["convert", "--input", "set", "--split", "70/10/30"] + output)
    #expect(wrong.exitCode == 64 && wrong.standardError.contains("--split"))
    #expect(!folder.exists("x.h5"))
  }

  @Test func aTestListAloneIsScoredAndNotTrainedOn() throws {
    try TrainedRun.copy(into: workspace)
    let reference = try workspace.run(["test", "--run", "run", "--output", "one"])
    try #require(reference.exitCode == 0, "\(reference.output)")
    try workspace.data.remove("train.txt")
    try workspace.data.remove("val.txt")
    let convert = try workspace.run(
      ["convert", "--input", "set", "--output", "set.h5", "--image-size", "64"])
    try #require(convert.exitCode == 0, "\(convert.output)")
    for (index, dataset) in ["./set", "set.h5"].enumerated() {
      let test = ["test", "--weights", "run/self_best.h5", "--dataset", dataset, "--output"]
      let outcome = try workspace.run(test + ["out\(index)"])
      #expect(outcome.exitCode == 0, "\(outcome.output)")
      #expect(
        try folder.read("out\(index)/test_student_scores.csv")
          == folder.read("one/test_student_scores.csv"))
      try workspace.expectRefusal(
        test + ["no", "--split", "val"], says: dataset == "set.h5" ? "set.h5" : "set/val.txt")
      try workspace.expectRefusal(
        ["--dataset", dataset, "--img-size", "64"], ranks: index == 0 ? [1] : [1, 3],
        says: dataset == "set.h5" ? "its train list is empty" : "set/train.txt: the list is missing"
      )
    }
  }

  /// Companions of a Mac, pipes, folders, and masks beside their images.
  @Test func predictLeavesOutWhatIsNoImage() throws {
    try TrainedRun.copy(into: workspace)
    try layOutBeside("scans")
    try folder.write("Mac OS X", to: "scans/._train_0.png")
    try folder.write("Mac OS X", to: "scans/.DS_Store")
    try folder.write(try folder.read("scans/val_0_mask.png"), to: "scans/val_0_mask_1.png")
    try folder.makeFolder("scans/more.png")
    let pipe = try ChildProcess.run(["mkfifo", folder.file("scans/pipe.png")])
    #expect(pipe.exitCode == 0)
    let predict = ["predict", "--weights", "run/self_best.h5", "--threads", "1"]
    let outcome = try workspace.run(predict + ["--input", "scans", "--output", "masks"], ranks: 2)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardOutput == "segmented 37 images into masks\n")
    let lines = outcome.standardError.split(separator: "\n")
    #expect(
      lines.count { $0.contains("masks that lie beside their images were left out: 38") } == 1)
    #expect(folder.exists("masks/val_0.png") && !folder.exists("masks/val_0_mask.png"))
    let named = try workspace.run(
      predict + ["--input", "scans/val_0.png", "scans/pipe.png", "--output", "few"])
    #expect(named.exitCode == 0 && named.output.contains("no files were passed over: 1"))
    try workspace.expectRefusal(
      predict + ["--input", "scans/pipe.png", "--output", "none"],
      says: "there is nothing to segment")
    let mask = try workspace.run(
      predict + ["--input", "scans/val_0_mask.png", "--output", "asked"])
    #expect(mask.exitCode == 0, "what is asked for by name is segmented")
  }
}
