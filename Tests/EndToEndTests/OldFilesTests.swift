import Foundation
import Runs
import Settings
import TestSupport
import Testing
import Training

/// Runs and checkpoints of every format version stay readable: `Tests/Fixtures/format-N`, see the README
/// there. Their large arrays are zeros.
@Suite(.serialized) struct OldFilesTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  static let versions = Array(1...CheckpointHeader.version)
  private static let options = [
    "--dataset", "./dataset", "--img-size", "32", "--labeled-ratio", "0.5", "--pre-iters", "2",
    "--self-iters", "4", "--eval-every", "2", "--threads", "1",
  ]

  /// The run in a folder of its own, beside its data set.
  private func workspace(version: Int) throws -> Workspace {
    let workspace = try Workspace()
    try FileManager.default.copyItem(
      atPath: Self.fixtures.appending(path: "format-\(version)").path,
      toPath: workspace.folder.file("run"))
    // The images it was trained on, with the masks that its version read from them.
    try FileManager.default.copyItem(
      atPath: Self.fixtures.appending(path: "dataset-1.h5").path,
      toPath: workspace.folder.file("dataset"))
    return workspace
  }

  @Test(arguments: versions) func checkpointsAreDescribed(version: Int) throws {
    let workspace = try workspace(version: version)
    let last = try workspace.inspect("run/self_last.h5")
    #expect(last["phase"] as? String == "self-training" && last["iteration"] as? Int == 2)
    #expect((last["bestScore"] as? Double).map { (0.92...0.93).contains($0) } == true)
    #expect(last["formatVersion"] as? Int == version)
    if version == 1 {
      #expect(last["arithmeticVersion"] as? Int == ArithmeticVersion.unnumbered)
    }
    let header = try CheckpointFile.readHeader(workspace.folder.file("run/pre_best.h5"))
    let configuration = try RunConfiguration(json: header.configuration)
    #expect(configuration.schedule.batchSize == 16 && configuration.data.imageSize == 32)
  }

  /// With another arithmetic the bits differ, which is said.
  @Test(arguments: versions) func theRunGoesOn(version: Int) throws {
    let workspace = try workspace(version: version)
    let resumed = try workspace.run(Self.options + ["--run-dir", "run", "--resume"], ranks: 2)
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    #expect(resumed.output.contains("resuming self-training after 2 iterations"))
    if version == 1 {
      #expect(
        resumed.output.contains("run/self_last.h5 was computed with arithmetic 1, this program"))
    }
    #expect(try workspace.inspect("run/self_last.h5")["iteration"] as? Int == 4)
    #expect(workspace.folder.exists("run/test_scores.csv"))
  }

  @Test(arguments: versions) func weightsAreTestedAndReported(version: Int) throws {
    let workspace = try workspace(version: version)
    for command in [
      ["test", "--run", "run", "--model", "both"], ["report", "--run", "run"],
      [
        "predict", "--weights", "run/self_best.h5", "--input",
        Self.fixtures.appending(path: "png/gray8.png").path, "--output", "masks",
      ],
      ["train", "--config", "run/configuration.yaml", "--exp", "anew", "--init", "run/pre_best.h5"]
        + ["--stop-after", "1"],
    ] {
      let outcome = try workspace.run(command)
      #expect([0, 3].contains(outcome.exitCode), "\(command)\n\(outcome.output)")
    }
  }

  /// What comes from the future is named, and left alone.
  @Test func aNewerFormatIsNamed() throws {
    let workspace = try workspace(version: 1)
    let file = workspace.folder.file("run/self_last.h5")
    try SampleEdit.setAttribute("format_version", to: CheckpointHeader.version + 1, of: file)
    let before = try workspace.folder.read("run/self_last.h5")
    let outcome = try workspace.run(Self.options + ["--run-dir", "run", "--resume"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.standardError.contains(
        "error: run/self_last.h5: checkpoint format \(CheckpointHeader.version + 1), written by a newer"
      ),
      "\(outcome.output)")
    #expect(try workspace.folder.read("run/self_last.h5") == before)

    let settings = String(
      decoding: try workspace.folder.read("run/configuration.json"), as: UTF8.self)
    try workspace.folder.write(
      settings.replacing("\"seed\"", with: "\"patience\":3,\"seed\""),
      to: "run/configuration.json")
    let test = try workspace.run(["test", "--run", "run"])
    #expect(test.exitCode == 1)
    #expect(
      test.standardError.contains(
        "run/configuration.json: written by a newer version of switch-dist")
        && test.standardError.contains("(patience)"), "\(test.output)")
  }
}
