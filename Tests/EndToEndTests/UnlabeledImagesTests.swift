import TestSupport
import Testing

/// What nobody outlined is never used as if somebody had: absent masks enter no loss, no measure, no picture.
@Suite(.serialized) struct UnlabeledImagesTests {
  private static let unlabeled = EllipseFolder.train[15...]

  private struct Outcome: Equatable {
    var digests: [String: String]
    var history: [String]
    var scores: String
    var picture: [UInt8]
  }

  private func train(
    _ method: [String], _ change: (EllipseFolder, String) throws -> Void
  ) throws -> Outcome {
    let workspace = try Workspace()
    for name in Self.unlabeled { try change(workspace.data, name) }
    let outcome = try workspace.train(
      "run",
      ["--pre-iters", "2", "--self-iters", "2", "--eval-every", "2", "--img-size", "32"]
        + ["--batch-size", "8"] + method)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let record = try RunRecord(of: "run", in: workspace)
    return Outcome(
      digests: record.digests, history: record.history, scores: record.scores,
      picture: try workspace.folder.read("run/samples/unlabeled \(Self.unlabeled[15])"))
  }

  @Test(arguments: [["--method", "switch"], ["--method", "bcp"]])
  func theirMasksChangeNothing(method: [String]) throws {
    let labeled = try train(method) { _, _ in }
    let unlabeled = try train(method) { data, name in try data.remove("labels/\(name)") }
    #expect(unlabeled == labeled, "no masks")
    let wrong = try train(method) { data, name in
      let index = try #require(EllipseFolder.train.firstIndex(of: name))
      try data.writeCase(name, index: index, foreground: 0)
    }
    #expect(wrong == labeled, "other masks")
    #expect(!labeled.digests.isEmpty && labeled.history.count > 2)
  }

  /// They may follow the labeled images only.
  @Test func anUnlabeledImageAmongTheLabeledNamesTheRatio() throws {
    let workspace = try Workspace()
    for name in EllipseFolder.train[12...] { try workspace.data.remove("labels/\(name)") }
    let outcome = try workspace.train("run", ["--labeled-ratio", "0.5"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.standardError.contains(
        "labels/train_12.png is missing (and 2 more), but the image is to be used as labeled; the"
          + " first 12 of 30 have one: use --labeled-ratio 0.43 or less"), "\(outcome.output)")
  }
}
