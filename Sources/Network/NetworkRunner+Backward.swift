import Kernels
import Tensors
import VectorInterface

extension NetworkRunner {
  /// Goes back through the last `forward`: from `logitGradients` and `featureGradients` to the
  /// exact sums of this rank's parameter gradients in `gradients`.
  ///
  /// - Parameters:
  ///   - featureImages: for each image whether its features have a gradient; where they have none
  ///     the projector's backward pass, all zeros, is left out.
  ///   - projector: whether `forward` ran it. Without it its gradients are zero.
  public func backward(
    _ batch: ImageBatch, featureImages: [Bool], projector: Bool, exchange: SumExchange
  ) throws {
    precondition(mode == .training, "only a training runner keeps what a backward pass needs")
    gradients.fill(with: 0)
    var index = (projector ? operationCount : graph.projectorStart) - 1
    var pending: NormalizationLayer?
    while index >= 0 {
      let stop = lastNormalization(upTo: index)
      let layer = normalizationLayer(stop)
      clearLayerSums(layer)
      let first = index
      let applied = pending
      compute.pool.run(batch.groups.count) { worker, image in
        if let applied, runs(first + 1, image, featureImages) {
          normalizationBackward(applied, at: first + 1, image: image, group: batch.groups[image])
        }
        var current = first
        while current > stop {
          if runs(current, image, featureImages) {
            backward(
              current, worker: worker, image: image, batch: batch,
              projector: projector && featureImages[image])
          }
          current -= 1
        }
        if let layer, runs(stop, image, featureImages) {
          activationBackward(layer, at: stop, worker: worker, image: image, batch: batch)
        }
      }
      if let layer {
        try exchangeProjections(layer, at: stop, batch: batch, exchange: exchange)
      }
      pending = layer
      index = stop - 1
    }
    collectGradients(projector: projector)
  }

  /// The last batch norm at or before `index`, -1 if there is none.
  private func lastNormalization(upTo index: Int) -> Int {
    for candidate in stride(from: index, through: 0, by: -1)
    where normalizationLayer(candidate) != nil { return candidate }
    return -1
  }

  private func normalizationLayer(_ index: Int) -> NormalizationLayer? {
    guard index >= 0, case .normalization(let layer) = graph.operations[index] else { return nil }
    return layer
  }

  private func runs(_ index: Int, _ image: Int, _ featureImages: [Bool]) -> Bool {
    index < graph.projectorStart || featureImages[image]
  }

  private func backward(
    _ index: Int, worker: Int, image: Int, batch: ImageBatch, projector: Bool
  ) {
    let lanes = compute.lanes
    switch graph.operations[index] {
    case .convolution(let layer):
      convolutionBackward(
        layer, at: index, worker: worker, image: image, batch: batch, projector: projector)
    case .normalization: break
    case .pooling(let layer):
      kernels.maxPoolBackward(
        gradient: Floats(gradient(layer.output, image: image)),
        x: Floats(activation(layer.input, image: image)),
        into: gradient(layer.input, image: image), height: layer.input.height,
        width: layer.input.width, blocks: layer.input.blocks(lanes: lanes),
        accumulating: index < graph.projectorStart)
    case .enlargement(let layer):
      guard let table = enlargementTables[layer.input.height] else { return }
      kernels.enlargeBackward(
        gradient: Floats(gradient(layer.output, image: image)),
        into: gradient(layer.input, image: image), height: layer.input.height,
        width: layer.input.width, blocks: layer.input.blocks(lanes: lanes), rows: table,
        columns: table, rowBuffer: workers[worker].rowBuffer.baseAddress)
    }
  }

  private func convolutionBackward(
    _ layer: ConvolutionLayer, at index: Int, worker: Int, image: Int, batch: ImageBatch,
    projector: Bool
  ) {
    guard let convolution = convolutions[index] else { return }
    let outputGradient = gradient(layer.output, image: image)
    insertLossGradient(layer, image: image, into: outputGradient, projector: projector)
    let scratch = compute.scratch(of: worker)
    let accepted = convolution.addWeightGradient(
      worker: worker, x: Floats(activation(layer.input, image: image)),
      gradient: Floats(outputGradient), buffer: workers[worker].gradientBuffer.baseAddress,
      terms: batch.globalCount, scratch: scratch, kernels: kernels)
    if !accepted { noteOffender(2 * operationCount - index) }
    if layer.input.storage != nil {
      convolution.backwardData(
        worker: worker, gradient: Floats(outputGradient),
        inputGradient: gradient(layer.input, image: image), scratch: scratch)
    }
  }

  /// The losses' own gradients enter where logits and features left.
  private func insertLossGradient(
    _ layer: ConvolutionLayer, image: Int, into target: MutableFloats, projector: Bool
  ) {
    let planes: MutableFloats
    let accumulating: Bool
    switch layer.output.storage {
    case graph.logits?.storage: (planes, accumulating) = (logitGradients.baseAddress, projector)
    case graph.features?.storage: (planes, accumulating) = (featureGradients.baseAddress, false)
    default: return
    }
    let count = layer.output.channels * layer.output.pixels
    kernels.insertPlanes(
      Floats(planes + image * count), channels: layer.output.channels,
      pixels: layer.output.pixels, into: target, accumulating: accumulating)
  }

  // MARK: Batch norm

  private func activationBackward(
    _ layer: NormalizationLayer, at index: Int, worker: Int, image: Int, batch: ImageBatch
  ) {
    guard let statistics = statistics[index] else { return }
    let group = batch.groups[image]
    let map = layer.input
    addImageSums(
      layer, worker: worker, image: image, batch: batch, moment: 2 * operationCount - index,
      format: .gradients, divisor: 1
    ) { sums, projections in
      kernels.activationBackward(
        gradient: gradient(layer.output, image: image), y: Floats(activation(map, image: image)),
        pixels: map.pixels, blocks: map.blocks(lanes: compute.lanes),
        normalization: statistics.normalization(group: group), slope: layer.slope,
        dropout: batch.dropout(layer, image: image), sums: sums, projections: projections)
    }
  }

  private func exchangeProjections(
    _ layer: NormalizationLayer, at index: Int, batch: ImageBatch, exchange: SumExchange
  ) throws {
    guard let statistics = statistics[index] else { return }
    let channels = layer.input.channels
    let groups = batch.globalGroupSizes.count
    let sums = collectLayerSums(layer, groups: groups)
    // The sums of this rank are its share of the gradients of β and γ.
    let (gamma, beta) = parameterOffsets(layer)
    for group in 0..<groups {
      for channel in 0..<channels {
        gradients.values[beta + channel] &+= sums[group * 2 * channels + channel]
        gradients.values[gamma + channel] &+= sums[group * 2 * channels + channels + channel]
      }
    }
    try exchange(sums)
    for group in 0..<groups where batch.globalGroupSizes[group] > 0 {
      let count = Double(batch.globalGroupSizes[group]) * Double(layer.input.pixels)
      for channel in 0..<channels {
        let first = group * 2 * channels + channel
        statistics.setBackward(
          group: group, channel: channel, sum: FixedPoint.gradients.value(sums[first]),
          projection: FixedPoint.gradients.value(sums[first + channels]), count: count)
      }
    }
  }

  private func normalizationBackward(
    _ layer: NormalizationLayer, at index: Int, image: Int, group: Int
  ) {
    guard let statistics = statistics[index] else { return }
    let rows = statistics.backwardRows(group: group)
    kernels.normalizationBackward(
      gradient: gradient(layer.output, image: image),
      y: Floats(activation(layer.input, image: image)), pixels: layer.input.pixels,
      blocks: layer.input.blocks(lanes: compute.lanes), gain: rows.gain, slope: rows.slope,
      offset: rows.offset)
  }

  private func collectGradients(projector: Bool) {
    let end = projector ? operationCount : graph.projectorStart
    let packed = convolutions.keys.sorted().filter { $0 < end }.compactMap { convolutions[$0] }
    let target = gradients.baseAddress
    compute.pool.run(packed.count) { _, index in packed[index].collectGradient(into: target) }
  }
}
