import Datasets
import Glibc
import Imaging
import Methods
import Metrics
import Network
import Telemetry

/// Tests the best weights of a run on the test split: scores, table, overlays.
struct RunTest {
  let context: RunContext
  let evaluator: Evaluator
  let reporter: TrainingReporter

  /// Finds the weights to test: the best ones of the latest phase. Refuses them where they belong to
  /// other images or another method than the run has now.
  static func findWeights(_ context: RunContext) throws -> String {
    let folder = context.folder
    let phases = [PhasePlan.Kind.selfTraining, .preTraining]
    guard let phase = phases.first(where: { RunFolder.exists(folder.best($0)) }) else {
      throw CheckpointError(
        folder.path, "the run has no weights to test yet; go on with it by --resume")
    }
    let path = folder.best(phase)
    try CheckpointFile.readHeader(path).check(
      path, "tested", context, where: RunConfiguration.decidesTest)
    return path
  }

  /// Collective; rank 0 reads the weights and writes the results.
  func run() throws {
    let model = ModelState(layout: context.network.graph.layout)
    let path = try context.world.agree { () -> String in
      guard context.world.rank == 0 else { return "" }
      let path = try Self.findWeights(context)
      try CheckpointFile.read(path, "student", into: model)
      return path
    }
    try context.world.broadcast(model.parameters.values)
    try context.world.broadcast(model.running.values)
    let cases = try evaluator.test(model, positions: context.dataset.splits.test)
    try context.world.agree {
      guard context.world.rank == 0 else { return }
      try write(cases)
      let size = context.dataset.imageSize
      let summary = ScoreSummary(cases.map(\.score), width: size, height: size)
      try reporter.tested(TestResult(summary: summary), weights: path)
    }
  }

  private func write(_ cases: [Evaluator.Case]) throws {
    try RunFolder.createFolder(context.folder.overlays)
    for item in cases { try writeOverlays(item) }
    try writeScores(cases)
  }

  /// Truth red, prediction green, on the image and alone, and the predicted mask.
  private func writeOverlays(_ item: Evaluator.Case) throws {
    let dataset = context.dataset
    let size = dataset.imageSize
    let range = (item.position * size * size)..<((item.position + 1) * size * size)
    let image = GrayImage(width: size, height: size, pixels: Array(dataset.images[range]))
    let truth = GrayImage(width: size, height: size, pixels: Array(dataset.labels[range]))
    let prediction = GrayImage(width: size, height: size, pixels: item.mask)
    let stem = "\(context.folder.overlays)/\(Self.stem(dataset.names[item.position]))"
    let overlay = Overlay()
    try PNG.encode(
      overlay.drawing(truth: truth, prediction: prediction, on: image), to: "\(stem)_overlay.png")
    try PNG.encode(
      overlay.drawing(truth: truth, prediction: prediction), to: "\(stem)_contours.png")
    let visible = GrayImage(width: size, height: size, pixels: item.mask.map { $0 * 255 })
    try PNG.encode(visible, to: "\(stem)_prediction.png")
  }

  private static func stem(_ name: String) -> String {
    name.hasSuffix(".png") ? String(name.dropLast(4)) : name
  }

  private func writeScores(_ cases: [Evaluator.Case]) throws {
    func text(_ value: Double?) -> String { value.map { decimalText($0, places: 6) } ?? "" }
    var lines = ["name,dice,iou,hd95,asd"]
    for item in cases {
      lines.append(
        [
          context.dataset.names[item.position], text(item.score.dice),
          text(item.score.intersectionOverUnion), text(item.score.hausdorff95),
          text(item.score.averageSurfaceDistance),
        ].joined(separator: ","))
    }
    try TextFile.write(lines.joined(separator: "\n") + "\n", to: context.folder.scores)
  }
}
