import Kernels
import Tensors
import VectorInterface

extension NetworkRunner {
  /// Forwards the images of this rank with batch statistics and updates the model's running ones.
  ///
  /// Fills `logits`, and `features` with the projector. `load` must have been called since the
  /// model's parameters changed.
  /// - Parameters:
  ///   - batch: groups of the images in `inputs`.
  ///   - projector: whether the operations after the logits run.
  ///   - exchange: called once for each batch norm, on every rank.
  public func forward(
    _ batch: ImageBatch, model: ModelState, projector: Bool, exchange: SumExchange
  ) throws {
    var first = 0
    let end = stages.count { projector || $0.operation < graph.projectorStart }
    pass.batch = batch
    while first < end {
      pass.segment = segment(from: first, below: end)
      let summed = stages[pass.segment.upperBound - 1]
      clearLayerSums(summed.normalization)
      compute.pool.run(batch.groups.count, tasks.forward)
      if let layer = summed.normalization {
        try exchangeMoments(
          layer, at: summed.normalizationOperation, batch: batch, model: model, exchange: exchange)
      }
      first = pass.segment.upperBound
    }
  }

  /// One image through the stages of the present segment, and its share of the batch statistics.
  func forwardItem(worker: Int, image: Int) {
    var last = Place(stage: stages[pass.segment.lowerBound], worker: worker, image: image)
    for index in pass.segment {
      last = Place(stage: stages[index], worker: worker, image: image)
      forward(last, batch: pass.batch)
    }
    if let layer = last.stage.normalization { addMoments(layer, at: last, batch: pass.batch) }
  }

  /// Forwards any number of images with running statistics, each worker one at a time.
  /// - Parameters:
  ///   - fill: writes image `item` into the plane it is given.
  ///   - use: reads the logits [classes][pixels] of image `item`.
  public func evaluate(
    _ items: Int, model: ModelState,
    fill: (_ item: Int, _ plane: MutableFloats) -> Void,
    use: (_ worker: Int, _ item: Int, _ logits: Floats) -> Void
  ) {
    precondition(mode == .evaluation && capacity >= compute.pool.count)
    setRunningStatistics(model)
    let pixels = graph.imageSize * graph.imageSize
    let classes = graph.logits?.channels ?? 0
    let batch = ImageBatch(
      groups: [Int](repeating: 0, count: capacity), globalGroupSizes: [], samples: [],
      dropoutKey: .zero, iteration: 0)
    compute.pool.run(items) { worker, item in
      fill(item, inputs.baseAddress + worker * pixels)
      for stage in stages {
        forward(Place(stage: stage, worker: worker, image: worker), batch: batch)
      }
      use(worker, item, Floats(logits.baseAddress + worker * classes * pixels))
    }
  }

  /// Stages from `first` to the next whose output has a batch norm.
  private func segment(from first: Int, below end: Int) -> Range<Int> {
    for index in first..<end where stages[index].normalization != nil {
      return first..<(index + 1)
    }
    return first..<end
  }

  private func forward(_ place: Place, batch: ImageBatch) {
    prepare(place, batch: batch)
    let layer = place.stage.layer
    let started = WorkProfile.now()
    convolutions[place.stage.index].convolution.forward(
      worker: place.worker, x: Map(activation(layer.input, at: place)),
      output: activation(layer.output, at: place), scratch: compute.scratch(of: place.worker))
    extractFeatures(place)
    profile.add(
      .forward, operation: place.stage.operation, worker: place.worker, since: started)
  }

  /// Makes a stage's input from stored maps.
  func prepare(_ place: Place, batch: ImageBatch) {
    for index in place.stage.preparation {
      let started = WorkProfile.now()
      apply(index, at: place, batch: batch)
      profile.add(.forward, operation: index, worker: place.worker, since: started)
    }
  }

  private func apply(_ index: Int, at place: Place, batch: ImageBatch) {
    let lanes = compute.lanes
    let operation = graph.operations[index]
    let map = operation.input
    let x = Map(activation(map, at: place))
    let output = activation(operation.output, at: place)
    switch operation {
    case .convolution: break
    case .normalization(let layer):
      guard let statistics = statistics[index] else { return }
      maps.normalizeAndActivate(
        x, into: output, pixels: map.pixels, blocks: map.blocks(lanes: lanes),
        normalization: statistics.normalization(group: batch.groups[place.image]),
        slope: layer.slope,
        dropout: mode == .evaluation ? nil : batch.dropout(layer, image: place.image))
    case .pooling:
      maps.maxPool(
        x, into: output, height: map.height, width: map.width, blocks: map.blocks(lanes: lanes))
    case .enlargement:
      guard let table = enlargementTables[map.height] else { return }
      maps.enlarge(
        x, into: output, height: map.height, width: map.width, blocks: map.blocks(lanes: lanes),
        rows: table, columns: table, rowBuffer: workers[place.worker].rowBuffer.baseAddress)
    }
  }

  /// Features leave the blocked layout as planes.
  private func extractFeatures(_ place: Place) {
    let map = place.stage.layer.output
    guard map.storage == graph.features?.storage else { return }
    let count = map.channels * map.pixels
    maps.extractPlanes(
      Map(activation(map, at: place)), channels: map.channels, pixels: map.pixels,
      into: features.baseAddress + place.image * count)
  }
}
