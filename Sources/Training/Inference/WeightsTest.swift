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
    let models = try request.roles.map { (role: $0, model: try context.model($0)) }
    let (dataset, source) = try loadImages(context)
    let lock = try JobLock.take(
      on: world, against: "another process", remedy: "give another --output"
    ) {
      try checkImages(dataset, context)
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
    let results = try models.map { role, model in
      try test(model, role, context, dataset, source, evaluator)
    }
    guard world.rank == 0 else { return [] }
    return results.flatMap { $0.result.table() } + differences(results) + explanations()
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
    if case .file(let path) = request.inference.weights, request.dataset == nil,
      RunFolder.holding(path) == nil
    {
      throw ConfigurationError(
        "weights outside their run's folder do not say where their images are: name them with "
          + "--dataset")
    }
    if request.usesOriginalSize && (!request.writesOverlays || request.folder == nil) {
      throw ConfigurationError("--original-size is about the overlays: give --output for them")
    }
  }

  private func loadImages(
    _ context: InferenceContext
  ) throws -> (dataset: Dataset, originals: DatasetSource?) {
    var configuration = context.configuration
    if let dataset = request.dataset {
      configuration.data.dataset = dataset
      configuration.data.root = DataConfiguration().root
      configuration.data.pixels = request.inference.pixels
    }
    if let root = request.dataRoot { configuration.data.root = root }
    let originals = try context.world.agree { try findOriginals(configuration.data) }
    let dataset = try DatasetLoading.load(
      world: context.world, configuration: configuration, scoring: request.split)
    if context.world.size > 1 {
      try DatasetLoading.requireEqualContent(try dataset.contentDigest(), on: context.world)
    }
    for note in dataset.notes { context.log.info("data: \(note)") }
    return (dataset, originals)
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

  /// A run's own images must be the ones it was trained on; others must be asked for.
  private func checkImages(
    _ dataset: Dataset, _ context: InferenceContext
  ) throws(FileError) {
    guard !context.sourceDigest.isEmpty, dataset.sourceDigest != context.sourceDigest else {
      return
    }
    guard request.dataset != nil else {
      throw FileError(
        context.weights,
        "was trained on other data than its data set holds now; to test on that, name it with "
          + "--dataset")
    }
    context.log.info("\(dataset.name) is not the data the weights were trained on")
  }

  // MARK: Testing

  private func test(
    _ model: ModelState, _ role: ModelRole, _ context: InferenceContext, _ dataset: Dataset,
    _ originals: DatasetSource?, _ evaluator: Evaluator
  ) throws -> TestReport {
    let world = context.world
    let stem = "\(request.split.rawValue)_\(role.rawValue)"
    let writer = try request.folder.flatMap { folder -> CaseOverlays? in
      guard request.writesOverlays else { return nil }
      let files = OverlayFiles(folder: "\(folder)/\(stem)_overlays")
      try world.agree { try FileSystem.makeFolder(files.folder) }
      return CaseOverlays(
        files: files, dataset: dataset, originals: originals,
        keepsLargestComponent: request.inference.keepsLargestComponent)
    }
    let failures = Mutex([String]())
    let cases = try evaluator.test(
      model, positions: request.split.positions(in: dataset.splits),
      cleansUp: request.inference.keepsLargestComponent
    ) { position, mask, logits in
      do {
        try writer?.write(position, mask: mask, logits: logits)
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    if let failure = try world.firstFailure(failures.withLock { $0.min() }) { throw failure }
    let report = TestReport(
      request: request, role: role, context: context, dataset: dataset, cases: cases)
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
      "mean over the defined, the penalized mean with the image diagonal for the others. The",
      "interval is a percentile bootstrap over the images.",
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
  let keepsLargestComponent: Bool

  func write(_ position: Int, mask: [UInt8], logits: SegmentationLogits) throws {
    let name = dataset.names[position]
    guard let originals else {
      return try files.write(
        name, image: try dataset.image(position), truth: try dataset.mask(position),
        prediction: dataset.plane(mask))
    }
    let (image, truth) = try originals.original(position)
    let segmentation = Segmentation(
      logits.margins(), width: image.width, height: image.height,
      keepsLargestComponent: keepsLargestComponent)
    try files.write(
      name, image: image, truth: truth ?? GrayImage(width: image.width, height: image.height),
      prediction: segmentation.mask)
  }
}
