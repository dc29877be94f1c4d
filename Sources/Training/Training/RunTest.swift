import Datasets
import Files
import Inference
import Methods
import Metrics
import Network
import Runs
import Settings
import Telemetry

/// Tests the best weights of a run on the test split: scores, table, overlays.
package struct RunTest {
  let context: RunContext
  let evaluator: Evaluator
  let reporter: TrainingReporter

  /// Finds the weights to test: the best ones of the latest phase. Refuses them where they belong to
  /// other images or another method than the run has now.
  static func findWeights(_ context: RunContext) throws -> String {
    let path = try context.folder.weightsToTest()
    try CheckpointFile.readHeader(path).check(
      path, "tested", context, where: RunConfiguration.decidesTest)
    return path
  }

  /// Collective; rank 0 reads the weights and writes the results.
  package func run() throws {
    let model = ModelState(layout: context.network.graph.layout)
    let path = try context.world.agree { () -> String in
      guard context.world.rank == 0 else { return "" }
      let path = try Self.findWeights(context)
      try CheckpointFile.read(path, "student", into: model)
      return path
    }
    try context.world.broadcast(model.parameters.values)
    try context.world.broadcast(model.running.values)
    let found = try evaluator.test(Ensemble([model]), positions: context.dataset.splits.test)
    try context.world.agree {
      guard context.world.rank == 0 else { return }
      try context.requireLock()
      try write(found.cases)
      let size = context.dataset.imageSize
      let summary = ScoreSummary(found.cases.map(\.score), width: size, height: size)
      reporter.tested(TestResult(summary: summary, pixels: found.pixels), weights: path)
    }
  }

  private func write(_ cases: [Evaluator.Case]) throws {
    let overlays = context.folder.overlays
    try FileSystem.makeFolder(overlays.folder)
    let dataset = context.dataset
    for item in cases {
      try overlays.write(
        dataset.names[item.position], image: try dataset.image(item.position),
        truth: try dataset.mask(item.position), prediction: dataset.plane(item.mask))
    }
    try FileSystem.replace(context.folder.scores, with: ScoreTable(cases, of: dataset).csv())
  }
}
