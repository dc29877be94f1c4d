import Foundation
import Metrics
import TestSupport
import Testing

/// The event files of a run, read by TensorBoard's own reader.
@Suite(
  .serialized,
  .enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does"))
struct TensorBoardTests {
  /// What TensorBoard shows: steps and values of each scalar, steps and pixels of each image.
  private struct Board: Decodable, Equatable {
    struct Scalar: Decodable, Equatable {
      var step: Int
      var value: Double
    }
    struct Image: Decodable, Equatable {
      var step: Int
      var width: Int
      var height: Int
      /// The PNG file in hexadecimal digits.
      var png: String
    }
    var scalars: [String: [Scalar]]
    var images: [String: [Image]]

    init(of runFolder: String, in workspace: Workspace) throws {
      let text = try TestPython.run(
        """
        import json, sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        events = EventAccumulator(sys.argv[1]).Reload()
        print(json.dumps({
            "scalars": {
                tag: [{"step": event.step, "value": event.value} for event in events.Scalars(tag)]
                for tag in events.Tags()["scalars"]},
            "images": {
                tag: [{"step": event.step, "width": event.width, "height": event.height,
                       "png": event.encoded_image_string.hex()} for event in events.Images(tag)]
                for tag in events.Tags()["images"]}}))
        """, workspace.folder.file("\(runFolder)/tensorboard"))
      self = try JSONDecoder().decode(Board.self, from: Data(text.utf8))
    }
  }

  /// Under these tags stand the numbers of `metrics.jsonl`.
  private static let keys: [String: String] = [
    "train/total_loss": "total", "train/lr": "learning_rate",
    "train/images_per_second": "images_per_second", "train/ce_loss": "ce_ll",
    "train/dice_loss": "dice_ll", "train/ce_ul_loss": "ce_ul", "train/dice_ul_loss": "dice_ul",
    "train/ce_lu_loss": "ce_lu", "train/dice_lu_loss": "dice_lu", "train/mss_loss": "mss",
    "train/contrastive_loss": "contrastive", "train/consistency_loss": "consistency",
    "info/val_dice": "dice",
  ]

  /// Interrupted in self-training and resumed on other ranks: one board without gaps.
  @Test func curvesAreThoseOfTheMetrics() throws {
    let workspace = try Workspace()
    let stopped = try workspace.train("run", ranks: 2, ["--stop-after", "8"])
    try #require(stopped.exitCode == 3, "\(stopped.output)")
    let resumed = try workspace.train("run", ["--resume"])
    try #require(resumed.exitCode == 0, "\(resumed.output)")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: workspace.folder.file("run/tensorboard"))
    #expect(names.count == 2, "one file a session: \(names)")

    let board = try Board(of: "run", in: workspace)
    let test = try #require(try workspace.events("run", "test").first)
    let measures = (Measure.all.map(\.key) + PixelwiseScore.keys).filter { test[$0] is Double }
    #expect(measures.starts(with: ["dice", "iou"]))
    #expect(Set(board.scalars.keys) == Set(Self.keys.keys).union(measures.map { "test/\($0)" }))
    for measure in measures {
      let value = Double(Float(try #require(test[measure] as? Double)))
      #expect(board.scalars["test/\(measure)"] == [.init(step: 12, value: value)])
    }
    let events = try workspace.events("run", "iteration") + workspace.events("run", "validation")
    for (tag, key) in Self.keys {
      let expected = events.compactMap { event -> Board.Scalar? in
        guard let value = event[key] as? Double, let iteration = event["iteration"] as? Int else {
          return nil
        }
        let step = iteration + (event["phase"] as? String == "self-training" ? 6 : 0)
        return .init(step: step, value: Double(Float(value)))
      }
      #expect(board.scalars[tag] == expected, "\(tag)")
    }
    #expect(board.scalars["train/total_loss"]?.map(\.step) == [6, 12])
    #expect(board.scalars["info/val_dice"]?.map(\.step) == [3, 6, 9, 12])
    let pictures = [
      "pre_train/input_images": [3], "pre_train/outputs": [3], "pre_train/labels": [3],
      "self_train/ul_input_images": [9], "self_train/ul_outputs": [9],
      "self_train/ul_labels": [9], "self_train/r_ul_input_images": [9],
    ]
    #expect(board.images.mapValues { $0.map(\.step) } == pictures)
    #expect(board.images.values.joined().allSatisfy { $0.width == 64 && $0.height == 64 })
    let contents = Set(board.images.values.joined().map(\.png))
    #expect(contents.count == pictures.count, "no two pictures are the same")
  }

  /// Also where rank 0 has no mixture in pre-training.
  @Test func picturesDoNotDependOnTheRanks() throws {
    let workspace = try Workspace()
    for ranks in [1, 3] {
      let schedule = ["--batch-size", "8", "--stop-after", "9"]
      let outcome = try workspace.train("run\(ranks)", ranks: ranks, schedule)
      #expect(outcome.exitCode == 3, "\(outcome.output)")
    }
    let (one, three) = (
      try Board(of: "run1", in: workspace), try Board(of: "run3", in: workspace)
    )
    #expect(one.images.count == 7)
    #expect(one.images == three.images)
  }
}
