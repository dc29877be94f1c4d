import Datasets
import Files
import Imaging
import Jobs
import MPI
import Runs
import Settings
import Synchronization

/// Segments new images: every image on one rank, results in the image's own resolution.
public struct Prediction {
  private let request: PredictionRequest

  public init(_ request: PredictionRequest) { self.request = request }

  /// Runs on all ranks; the number of images segmented.
  ///
  /// An image that cannot be read or whose results cannot be written is told in the log, and the
  /// others are done.
  /// - Throws: `SharedFailure` on every rank, before anything is written, and at the end where
  ///   images failed.
  public func run(on world: Communicator) throws -> Int {
    world.activity.enter(.prediction)
    try world.agree { if world.rank == 0 { try checkRequest() } }
    let found = try world.agree { world.rank == 0 ? try PredictionInputs(request) : nil }
    let inputs = PredictionInputs(packed: try world.broadcast(found?.packed ?? "")).items
    let context = try InferenceContext(world: world, options: request.inference)
    for note in found?.notes ?? [] { context.log.info("\(note)") }
    let ensemble = try context.ensemble(request.role)
    let threshold = try threshold(for: ensemble, context)
    let lock = try JobLock.take(
      on: world, against: "another process", remedy: "give another --output"
    ) {
      for folder in request.folders { try FileSystem.makeFolder(folder) }
      return request.output
    }
    defer { lock?.release() }
    if let note = lock?.note { context.log.info("\(note)") }
    for folder in request.folders { lock?.removeLeftovers(in: folder) }
    if request.isRecorded {
      try world.agree { if world.rank == 0 { try record(threshold, context) } }
    }
    let share = world.share(of: inputs.count)
    let rule = Segmentation.Rule(
      threshold: threshold.found.threshold,
      keepsLargestComponent: request.inference.keepsLargestComponent)
    let own = try world.agree {
      let segmenter = try Segmenter(compute: context.compute, network: context.network)
      return segment(Array(inputs[share]), ensemble, rule, segmenter, context)
    }
    for note in try notes(own.notes, on: world) { context.log.info("images: \(note)") }
    let failures = try gather(own.failures, on: world)
    for failure in failures { context.log.error("\(failure)") }
    let failed = Int(try world.broadcast(Int64(failures.count)))
    guard failed == 0 else {
      let rest = failed < inputs.count ? "; the others are in \(request.output)" : ""
      throw SharedFailure(
        message: "\(failed) of \(inputs.count) images could not be segmented\(rest)")
    }
    return inputs.count
  }

  // MARK: What is asked for

  private func checkRequest() throws(ConfigurationError) {
    let inference = request.inference
    if case .files(let paths) = inference.weights, request.writesDisagreement, paths.count == 1,
      !inference.addsMirrorImages
    {
      throw ConfigurationError(
        "--disagreement needs several to disagree: give --weights more files, or --flips")
    }
    guard inference.threshold == .chosen else {
      if request.dataset != nil || request.dataRoot != nil {
        throw ConfigurationError(
          "--dataset and --data-root name the validation images of --threshold auto; new images are named "
            + "with --input")
      }
      return
    }
    try WeightsImages.check(inference.weights, dataset: request.dataset)
  }

  private struct Threshold {
    var found: ThresholdSearch.Outcome
    /// The data set that it was chosen on.
    var images: Dataset?
  }

  /// Collective; data and network of the search are gone when it is done.
  private func threshold(for ensemble: Ensemble, _ context: InferenceContext) throws -> Threshold {
    if let given = ThresholdSearch.given(request.inference.threshold) {
      return Threshold(found: given)
    }
    let images = WeightsImages(
      context: context, dataset: request.dataset, dataRoot: request.dataRoot)
    let dataset = try images.load(for: .val)
    let search = ThresholdSearch(request: request.inference.threshold, images: dataset)
    let evaluator = try context.world.agree {
      try images.check(dataset)
      try search.check()
      return try Evaluator(
        world: context.world, compute: context.compute, network: context.network,
        dataset: dataset)
    }
    let found = try search.run(ensemble, evaluator)
    if let choice = found.choice { context.log.info("\(choice.text)") }
    return Threshold(found: found, images: dataset)
  }

  private func record(_ threshold: Threshold, _ context: InferenceContext) throws {
    let record = PredictionRecord(
      weights: try EnsembleMember.all(context.weights), model: request.role,
      flips: request.inference.addsMirrorImages, threshold: threshold.found.threshold.value,
      thresholdChoice: threshold.found.choice, dataset: threshold.images?.name,
      sourceDigest: threshold.images?.sourceDigest,
      imageSize: context.configuration.data.imageSize,
      precision: context.configuration.precision.rawValue,
      largestComponent: request.inference.keepsLargestComponent, toolVersion: toolVersion)
    try record.write(to: request.output)
  }

  // MARK: Images

  /// The texts of all ranks on rank 0, in the order of the images; none elsewhere.
  private func gather(_ texts: [String], on world: Communicator) throws -> [String] {
    try world.gather(texts.joined(separator: "\0")).compactMap { $0 }.flatMap {
      $0.split(separator: "\0").map(String.init)
    }
  }

  /// What is to be said of the images, counted; on rank 0.
  private func notes(
    _ own: [(path: String, note: String)], on world: Communicator
  ) throws -> [String] {
    let parts = try gather(own.flatMap { [$0.path, $0.note] }, on: world)
    let pairs = stride(from: 0, to: parts.count - 1, by: 2).map { (parts[$0], parts[$0 + 1]) }
    return CaseNotes.counted(pairs.map { [$0.1] }, names: pairs.map(\.0))
  }

  /// What is to be said of a rank's images, and the failures among them, both in their order.
  private func segment(
    _ inputs: [PredictionInputs.Item], _ ensemble: Ensemble, _ rule: Segmentation.Rule,
    _ segmenter: Segmenter, _ context: InferenceContext
  ) -> (notes: [(path: String, note: String)], failures: [String]) {
    let size = segmenter.size
    let window = context.configuration.data.pixels.window ?? .automatic
    let blank = GrayImage(width: size, height: size)
    // Images of a block wait for all members; of large ones that would be too much.
    let keepsImages = ensemble.memberCount == 1
    /// Images under way, notes and failures, by item.
    let state = Mutex(
      (images: [Int: Source](), notes: [Int: [String]](), failures: [Int: String](), done: 0))
    segmenter.run(inputs.count, ensemble: ensemble) { item in
      do throws(ImagingError) {
        let reading = try ImageFile.decode(path: inputs[item].path).gray(window: window)
        state.withLock {
          $0.images[item] = Source(reading.image, keepsImage: keepsImages)
          $0.notes[item] = reading.notes
        }
        return reading.image.resized(width: size, height: size).pixels[...]
      } catch {
        state.withLock { $0.failures[item] = error.description }
        return blank.pixels[...]
      }
    } use: { item, margins in
      let source = state.withLock { $0.images.removeValue(forKey: item) }
      if let source {
        do {
          try write(inputs[item].name, source, margins, rule) { () throws(ImagingError) in
            try ImageFile.decode(path: inputs[item].path).gray(window: window).image
          }
        } catch {
          state.withLock { $0.failures[item] = "\(inputs[item].path): \(error)" }
        }
      }
      let done = state.withLock { state in
        state.done += 1
        return state.done
      }
      if context.world.rank == 0 {
        context.console.draw(progress: "\(done)/\(inputs.count) images")
      }
    }
    context.console.clearProgress()
    return state.withLock { state in
      (
        state.notes.sorted { $0.key < $1.key }.flatMap { item, notes in
          notes.map { (inputs[item].path, $0) }
        },
        state.failures.sorted { $0.key < $1.key }.map(\.value)
      )
    }
  }

  /// An image on its way through the network.
  private struct Source {
    let width: Int
    let height: Int
    let image: GrayImage?

    init(_ image: GrayImage, keepsImage: Bool) {
      (width, height) = (image.width, image.height)
      self.image = keepsImage ? image : nil
    }
  }

  /// - Parameter decode: reads the image again.
  private func write(
    _ name: String, _ source: Source, _ margins: [RealImage], _ rule: Segmentation.Rule,
    decode: () throws(ImagingError) -> GrayImage
  ) throws {
    let (width, height) = (source.width, source.height)
    let segmentation = Segmentation(
      margins, width: width, height: height, rule: rule,
      keepsProbability: request.probabilities != nil || request.writesDisagreement)
    if let probability = segmentation.probability {
      try write(probability, of: name)
    }
    if request.writesOverlays {
      try PNG.encode(
        Overlay().drawing(
          truth: nil, prediction: segmentation.mask, on: try source.image ?? decode()),
        to: "\(request.output)/overlays/\(name)")
    }
    try PNG.encode(segmentation.mask.visibleMask, to: "\(request.output)/\(name)")
  }

  private func write(_ probability: LesionProbability, of name: String) throws {
    let (width, height) = (probability.width, probability.height)
    let folder = PredictionRequest.probabilities(in: request.output)
    switch request.probabilities {
    case .png:
      try PNG.encode(
        sixteenBit: probability.levels(), width: width, height: height, to: "\(folder)/\(name)")
    case .h5:
      try ProbabilityFile.write(probability, to: "\(folder)/\(ImageFile.stem(name)).h5")
    case nil: break
    }
    if request.writesDisagreement {
      try PNG.encode(
        sixteenBit: probability.disagreement(), width: width, height: height,
        to: "\(PredictionRequest.disagreement(in: request.output))/\(name)")
    }
  }
}
