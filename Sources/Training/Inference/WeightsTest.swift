import Datasets
import Files
import Imaging
import Jobs
import MPI
import Metrics
import Network
import Runs
import Settings
import Synchronization
import Telemetry

/// Tests weights on a list of a data set: tables, summary, overlays.
public struct WeightsTest {
  private let request: TestRequest

  public init(_ request: TestRequest) { self.request = request }

  /// Runs on all ranks; what to print for each model, on rank 0, empty elsewhere.
  ///
  /// - Throws: `SharedFailure` on every rank.
  public func run(on world: Communicator) throws -> [String] {
    world.activity.enter(.test)
    try world.agree { if world.rank == 0 { try checkRequest() } }
    let context = try InferenceContext(world: world, options: request.inference)
    let models = try request.roles.map { (role: $0, ensemble: try context.ensemble($0)) }
    let images = WeightsImages(
      context: context, dataset: request.dataset, dataRoot: request.dataRoot)
    let source = try world.agree { try findOriginals(images.configuration.data) }
    let dataset = try images.load(for: request.split)
    let search = ThresholdSearch(request: request.inference.threshold, images: dataset)
    let lock = try JobLock.take(
      on: world, against: "another process", remedy: "give another --output"
    ) {
      try images.check(dataset)
      try search.check()
      if let folder = request.folder { try FileSystem.makeFolder(folder) }
      return request.folder
    }
    defer { lock?.release() }
    if let note = lock?.note { context.log.info("\(note)") }
    lock?.removeLeftovers()
    let evaluator = try world.agree {
      try Evaluator(
        world: world, compute: context.compute, network: context.network, dataset: dataset)
    }
    if request.split == .val && request.inference.threshold == .chosen {
      context.log.warning(
        "the threshold is chosen on the images it is tested on: the scores are too good")
    }
    let results = try models.map { role, ensemble in
      try test(
        ensemble, role, context, dataset, source, evaluator,
        threshold: try search.run(ensemble, evaluator))
    }
    guard world.rank == 0 else { return [] }
    return results.flatMap(\.lines) + differences(results) + explanations()
  }

  /// What one model is better by, where two were tested.
  private func differences(_ reports: [TestReport]) -> [String] {
    guard reports.count == 2 else { return [] }
    return TestResult.differences(
      "\(reports[0].role.rawValue) less \(reports[1].role.rawValue)",
      reports[0].table.scores, reports[1].table.scores)
  }

  // MARK: Images

  private func checkRequest() throws(ConfigurationError) {
    try WeightsImages.check(request.inference.weights, dataset: request.dataset)
    if request.usesOriginalSize && (!request.writesOverlays || request.folder == nil) {
      throw ConfigurationError("--original-size is about the overlays: give --output for them")
    }
  }

  /// The folder that the overlays are to be drawn on.
  private func findOriginals(_ data: DataConfiguration) throws -> DatasetSource? {
    guard request.usesOriginalSize else { return nil }
    let remedy = "--original-size needs the folder of PNG files: name it with --dataset"
    guard let name = data.dataset else {
      throw ConfigurationError("the synthetic set has no files; \(remedy)")
    }
    let source = try DatasetSource.open(
      name, root: data.root, imageSize: data.imageSize, rules: data.pixels)
    guard source.hasOriginals else {
      throw ConfigurationError(
        "\(source.path) holds only images of \(source.imageSize)×\(source.imageSize) pixels; "
          + remedy)
    }
    return source
  }

  // MARK: Testing

  private func test(
    _ ensemble: Ensemble, _ role: ModelRole, _ context: InferenceContext, _ dataset: Dataset,
    _ originals: DatasetSource?, _ evaluator: Evaluator, threshold: ThresholdSearch.Outcome
  ) throws -> TestReport {
    let world = context.world
    let rule = Segmentation.Rule(
      threshold: threshold.threshold,
      keepsLargestComponent: request.inference.keepsLargestComponent)
    let stem = "\(request.split.rawValue)_\(role.rawValue)"
    let writer = try request.folder.flatMap { folder -> CaseOverlays? in
      guard request.writesOverlays else { return nil }
      let files = OverlayFiles(folder: "\(folder)/\(stem)_overlays")
      try world.agree { try FileSystem.makeFolder(files.folder) }
      return CaseOverlays(
        files: files, dataset: dataset, originals: originals, rule: rule)
    }
    let failures = Mutex([String]())
    let found = try evaluator.test(
      ensemble, positions: request.split.positions(in: dataset.splits), rule: rule,
      tolerance: request.surfaceTolerance
    ) { position, mask, margins in
      do {
        try writer?.write(position, mask: mask, margins: margins)
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    if let failure = try world.firstFailure(failures.withLock { $0.min() }) { throw failure }
    let report = TestReport(
      request: request, role: role, context: context, dataset: dataset, threshold: threshold,
      found: found)
    try world.agree {
      guard world.rank == 0, let folder = request.folder else { return }
      try FileSystem.replace("\(folder)/\(stem)_scores.csv", with: report.table.csv())
      try FileSystem.replace("\(folder)/\(stem)_scores.json", with: try report.json())
    }
    return report
  }

  private func explanations() -> [String] {
    var lines = [
      "Dice and IoU are 0 where both masks are empty. HD95: the larger of both directions' 95th",
      "percentiles; ASD: from prediction to truth; both in pixels of the network's image size, the",
      "mean over the defined, the penalized mean with the image diagonal for the others. NSD: the",
      "share of both edges within \(roundText(request.surfaceTolerance)) px of each other. Lesions found: components of all images",
      "that have a predicted one of their own with an IoU of 0.1 or more; false lesions: predicted ones",
      "of an image that have less with every lesion. The interval is a percentile bootstrap over the",
      "images.",
    ]
    if let folder = request.folder { lines.append("tables and pictures in \(folder)") }
    return lines
  }
}

/// Draws the overlays of tested images, on the rank that segmented them.
private struct CaseOverlays {
  let files: OverlayFiles
  package let dataset: Dataset
  /// The files to draw on in their own size; nil to draw at the network's.
  let originals: DatasetSource?
  let rule: Segmentation.Rule

  func write(_ position: Int, mask: [UInt8], margins: [RealImage]) throws {
    let name = dataset.names[position]
    guard let originals else {
      return try files.write(
        name, image: try dataset.image(position), truth: try dataset.mask(position),
        prediction: dataset.plane(mask))
    }
    let (image, truth) = try originals.original(position)
    let segmentation = Segmentation(margins, width: image.width, height: image.height, rule: rule)
    try files.write(
      name, image: image, truth: truth ?? GrayImage(width: image.width, height: image.height),
      prediction: segmentation.mask)
  }
}
