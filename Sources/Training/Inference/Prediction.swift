import Datasets
import Files
import Imaging
import Jobs
import MPI
import Network
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
    let found = try world.agree { world.rank == 0 ? try PredictionInputs(request) : nil }
    let inputs = PredictionInputs(packed: try world.broadcast(found?.packed ?? "")).items
    let context = try InferenceContext(world: world, options: request.inference)
    for note in found?.notes ?? [] { context.log.info("\(note)") }
    let model = try context.model(request.role)
    let lock = try JobLock.take(
      on: world, against: "another process", remedy: "give another --output"
    ) {
      for folder in request.folders { try FileSystem.makeFolder(folder) }
      return request.output
    }
    defer { lock?.release() }
    if let note = lock?.note { context.log.info("\(note)") }
    for folder in request.folders { lock?.removeLeftovers(in: folder) }
    let share = world.share(of: inputs.count)
    let own = try world.agree {
      let segmenter = try Segmenter(compute: context.compute, network: context.network)
      return segment(Array(inputs[share]), model, segmenter, context)
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
    _ inputs: [PredictionInputs.Item], _ model: ModelState, _ segmenter: Segmenter,
    _ context: InferenceContext
  ) -> (notes: [(path: String, note: String)], failures: [String]) {
    let size = segmenter.size
    let window = context.configuration.data.pixels.window ?? .automatic
    let blank = GrayImage(width: size, height: size)
    /// Images under way, notes and failures, by item.
    let state = Mutex(
      (images: [Int: GrayImage](), notes: [Int: [String]](), failures: [Int: String](), done: 0))
    segmenter.load(model)
    segmenter.run(inputs.count, model: model) { item in
      do throws(ImagingError) {
        let reading = try ImageFile.decode(path: inputs[item].path).gray(window: window)
        state.withLock {
          $0.images[item] = reading.image
          $0.notes[item] = reading.notes
        }
        return reading.image.resized(width: size, height: size).pixels[...]
      } catch {
        state.withLock { $0.failures[item] = error.description }
        return blank.pixels[...]
      }
    } use: { item, logits in
      let image = state.withLock { $0.images.removeValue(forKey: item) }
      if let image {
        do throws(ImagingError) {
          try write(inputs[item].name, image: image, logits)
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

  private func write(
    _ name: String, image: GrayImage, _ logits: SegmentationLogits
  ) throws(ImagingError) {
    let segmentation = Segmentation(
      logits.margins(), width: image.width, height: image.height,
      keepsLargestComponent: request.inference.keepsLargestComponent)
    if request.writesProbabilities {
      try PNG.encode(
        sixteenBit: segmentation.probabilities(), width: image.width, height: image.height,
        to: "\(request.output)/probabilities/\(name)")
    }
    if request.writesOverlays {
      try PNG.encode(
        Overlay().drawing(truth: nil, prediction: segmentation.mask, on: image),
        to: "\(request.output)/overlays/\(name)")
    }
    try PNG.encode(segmentation.mask.visibleMask, to: "\(request.output)/\(name)")
  }
}
