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
    let end = projector ? operationCount : min(graph.projectorStart, operationCount)
    var start = 0
    while start < end {
      let stop = firstStatistics(from: start, below: end)
      let range = start..<min(stop + 1, end)
      let summed = stop < end ? layerToNormalize(after: stop) : nil
      clearLayerSums(summed)
      compute.pool.run(batch.groups.count) { worker, image in
        for index in range { forward(index, worker: worker, image: image, batch: batch) }
        if let summed { addMoments(summed, at: stop, worker: worker, image: image, batch: batch) }
      }
      if let summed {
        try exchangeMoments(summed, at: stop + 1, batch: batch, model: model, exchange: exchange)
      }
      start = range.upperBound
    }
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
      for index in 0..<operationCount {
        forward(index, worker: worker, image: worker, batch: batch)
      }
      use(worker, item, Floats(logits.baseAddress + worker * classes * pixels))
    }
  }

  /// The next operation whose output a batch norm waits for, or the end.
  private func firstStatistics(from start: Int, below end: Int) -> Int {
    for index in start..<end where layerToNormalize(after: index) != nil { return index }
    return end
  }

  func layerToNormalize(after index: Int) -> NormalizationLayer? {
    guard index + 1 < operationCount else { return nil }
    if case .normalization(let layer) = graph.operations[index + 1] { return layer }
    return nil
  }

  private func forward(_ index: Int, worker: Int, image: Int, batch: ImageBatch) {
    let lanes = compute.lanes
    let operation = graph.operations[index]
    let x = Floats(activation(operation.input, image: image))
    let output = activation(operation.output, image: image)
    switch operation {
    case .convolution(let layer):
      convolutions[index]?.forward(
        worker: worker, x: x, output: output, scratch: compute.scratch(of: worker))
      extractOutputs(layer, image: image)
    case .normalization(let layer):
      guard let statistics = statistics[index] else { return }
      kernels.normalizeAndActivate(
        x, into: output, pixels: layer.input.pixels, blocks: layer.input.blocks(lanes: lanes),
        normalization: statistics.normalization(group: batch.groups[image]), slope: layer.slope,
        dropout: mode == .evaluation ? nil : batch.dropout(layer, image: image))
    case .pooling(let layer):
      kernels.maxPool(
        x, into: output, height: layer.input.height, width: layer.input.width,
        blocks: layer.input.blocks(lanes: lanes))
    case .enlargement(let layer):
      guard let table = enlargementTables[layer.input.height] else { return }
      kernels.enlarge(
        x, into: output, height: layer.input.height, width: layer.input.width,
        blocks: layer.input.blocks(lanes: lanes), rows: table, columns: table,
        rowBuffer: workers[worker].rowBuffer.baseAddress)
    }
  }

  /// Logits and features leave the blocked layout as planes.
  private func extractOutputs(_ layer: ConvolutionLayer, image: Int) {
    let planes: MutableFloats
    switch layer.output.storage {
    case graph.logits?.storage: planes = logits.baseAddress
    case graph.features?.storage: planes = features.baseAddress
    default: return
    }
    let count = layer.output.channels * layer.output.pixels
    kernels.extractPlanes(
      Floats(activation(layer.output, image: image)), channels: layer.output.channels,
      pixels: layer.output.pixels, into: planes + image * count)
  }

  // MARK: Statistics

  func clearLayerSums(_ layer: NormalizationLayer?) {
    guard layer != nil else { return }
    for worker in workers { worker.layerSums.fill(with: 0) }
  }

  private func addMoments(
    _ layer: NormalizationLayer, at index: Int, worker: Int, image: Int, batch: ImageBatch
  ) {
    let map = layer.input
    addImageSums(
      layer, worker: worker, image: image, batch: batch, moment: index, format: .moments,
      divisor: Double(map.pixels)
    ) { sums, squares in
      kernels.addMoments(
        of: Floats(activation(map, image: image)), pixels: map.pixels,
        blocks: map.blocks(lanes: compute.lanes), sums: sums, squares: squares)
    }
  }

  /// Lets `body` make two sums for each channel of one image, rounds them once and adds them to the
  /// worker's exact sums of the layer.
  func addImageSums(
    _ layer: NormalizationLayer, worker: Int, image: Int, batch: ImageBatch, moment: Int,
    format: FixedPoint, divisor: Double,
    _ body: (_ first: MutableDoubles, _ second: MutableDoubles) -> Void
  ) {
    let channels = layer.input.channels
    let area = workers[worker]
    let stored = area.imageSums.count / 2
    area.imageSums.fill(with: 0)
    body(area.imageSums.baseAddress, area.imageSums.baseAddress + stored)
    let target = area.layerSums.baseAddress + batch.groups[image] * 2 * channels
    let terms = batch.globalCount
    for row in 0..<2 {
      for channel in 0..<channels {
        let value = area.imageSums.baseAddress[row * stored + channel] / divisor
        if let units = format.units(value, terms: terms) {
          target[row * channels + channel] &+= units
        } else {
          noteOffender(moment)
        }
      }
    }
  }

  /// Adds the workers' sums of a layer, [groups][2][channels], into those of worker 0.
  func collectLayerSums(
    _ layer: NormalizationLayer, groups: Int
  ) -> UnsafeMutableBufferPointer<Int64> {
    let total = UnsafeMutableBufferPointer(
      start: workers[0].layerSums.baseAddress, count: groups * 2 * layer.input.channels)
    for worker in workers.dropFirst() {
      for index in total.indices { total[index] &+= worker.layerSums.baseAddress[index] }
    }
    return total
  }

  private func exchangeMoments(
    _ layer: NormalizationLayer, at index: Int, batch: ImageBatch, model: ModelState,
    exchange: SumExchange
  ) throws {
    guard let statistics = statistics[index] else { return }
    let groups = batch.globalGroupSizes.count
    let channels = layer.input.channels
    let sums = collectLayerSums(layer, groups: groups)
    try exchange(sums)
    let slot = graph.layout.buffers[layer.buffers]
    let parameters = model.parameters.values
    let running = model.running.values
    let (gamma, beta) = parameterOffsets(layer)
    for group in 0..<groups where batch.globalGroupSizes[group] > 0 {
      let images = Double(batch.globalGroupSizes[group])
      let count = images * Double(layer.input.pixels)
      for channel in 0..<channels {
        let first = group * 2 * channels + channel
        let mean = FixedPoint.moments.value(sums[first]) / images
        let square = FixedPoint.moments.value(sums[first + channels]) / images
        let variance = max(0, square - mean * mean)
        statistics.set(
          group: group, channel: channel, mean: mean, variance: variance,
          gamma: parameters[gamma + channel], beta: parameters[beta + channel])
        update(&running[slot.means.lowerBound + channel], toward: mean)
        update(
          &running[slot.variances.lowerBound + channel], toward: variance * count / (count - 1))
      }
      model.batchesTracked[layer.buffers] += 1
    }
  }

  private func update(_ running: inout Float, toward value: Double) {
    let share = Self.statisticsMomentum
    running = (running * (1 - share)).addingProduct(share, Float(value))
  }

  func parameterOffsets(_ layer: NormalizationLayer) -> (gamma: Int, beta: Int) {
    (graph.layout.parameters[layer.gamma].offset, graph.layout.parameters[layer.beta].offset)
  }

  private func setRunningStatistics(_ model: ModelState) {
    for (index, statistics) in statistics {
      guard case .normalization(let layer) = graph.operations[index] else { continue }
      let slot = graph.layout.buffers[layer.buffers]
      let (gamma, beta) = parameterOffsets(layer)
      for channel in 0..<layer.input.channels {
        statistics.set(
          group: 0, channel: channel, mean: Double(model.running.values[slot.offset + channel]),
          variance: Double(model.running.values[slot.variances.lowerBound + channel]),
          gamma: model.parameters.values[gamma + channel],
          beta: model.parameters.values[beta + channel])
      }
    }
  }
}
