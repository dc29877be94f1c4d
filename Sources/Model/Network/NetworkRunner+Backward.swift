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
  ///   - gradientsReady: called between layers with each range of `gradients` that is complete, from
  ///     the last to the first, the same on every rank; the ranges cover all of them.
  public func backward(
    _ batch: ImageBatch, featureImages: [Bool], projector: Bool, exchange: SumExchange,
    gradientsReady: (Range<Int>) throws -> Void = { _ in }
  ) throws {
    precondition(mode == .training, "only a training runner keeps what a backward pass needs")
    let stageCount = stages.count { projector || $0.operation < graph.projectorStart }
    clearGradients(usedStages: stageCount)
    if stageCount < stages.count { try gradientsReady(gradientRange(stageCount..<stages.count)) }
    pass.batch = batch
    pass.featureImages = featureImages
    pass.finishesNormalization = false
    pass.collected = stageCount..<stageCount
    var end = stageCount
    while end > 0 {
      pass.segment = segment(endingBefore: end)
      let start = pass.segment.lowerBound
      let previous = start > 0 ? stages[start - 1] : nil
      clearLayerSums(previous?.normalization)
      // The gradients of the segment before are collected beside this one's images.
      let extra = pass.collected.isEmpty ? 0 : 1
      compute.pool.run(batch.groups.count + extra, tasks.backward)
      if extra > 0 { try gradientsReady(gradientRange(pass.collected)) }
      if let previous { try exchangeProjections(previous, batch: batch, exchange: exchange) }
      pass.finishesNormalization = previous != nil
      pass.collected = pass.segment
      end = start
    }
    collectGradients(pass.collected)
    try gradientsReady(gradientRange(pass.collected))
  }

  /// One image back through the stages of the present segment, or the gradients of the one before.
  func backwardItem(worker: Int, item: Int) {
    guard item < pass.batch.groups.count else { return collectGradients(pass.collected) }
    func place(_ index: Int) -> Place {
      Place(stage: stages[index], worker: worker, image: item)
    }
    let segment = pass.segment
    if pass.finishesNormalization { normalizationBackward(place(segment.upperBound - 1)) }
    for index in segment.reversed() where runs(index, image: item) {
      backward(place(index), batch: pass.batch)
    }
    let previous = segment.lowerBound - 1
    if previous >= 0, runs(previous, image: item) {
      activationBackward(place(previous), batch: pass.batch)
    }
  }

  /// Stages back from `end`, until the output of the one before has a batch norm.
  private func segment(endingBefore end: Int) -> Range<Int> {
    var first = end - 1
    while first > 0 && stages[first - 1].normalization == nil { first -= 1 }
    return first..<end
  }

  private func runs(_ index: Int, image: Int) -> Bool {
    stages[index].operation < graph.projectorStart || pass.featureImages[image]
  }

  /// Back through a convolution and what made its input.
  private func backward(_ place: Place, batch: ImageBatch) {
    prepare(place, batch: batch)
    convolutionBackward(place, batch: batch)
    for index in place.stage.preparation.reversed() { resamplingBackward(index, at: place) }
  }

  private func convolutionBackward(_ place: Place, batch: ImageBatch) {
    let stage = place.stage
    let (index, worker) = (stage.operation, place.worker)
    let packed = convolutions[stage.index]
    var time = WorkProfile.now()
    let outputGradient = gradient(stage.layer.output, at: place)
    insertFeatureGradient(place)
    let scratch = compute.scratch(of: worker)
    let buffer = workers[worker].gradientBuffer.baseAddress
    packed.convolution.backwardWeights(
      worker: worker, x: Map(activation(stage.layer.input, at: place)),
      gradient: Map(outputGradient), into: buffer, scratch: scratch)
    time = profile.add(.weightGradient, operation: index, worker: worker, since: time)
    let accepted = packed.addExactly(
      Floats(buffer), worker: worker, terms: batch.globalCount, kernels: compute.kernels)
    if !accepted { noteOffender(2 * operationCount - index) }
    time = profile.add(.exactSums, operation: index, worker: worker, since: time)
    guard stage.layer.input.storage != nil else { return }
    packed.convolution.backwardData(
      worker: worker, gradient: Map(outputGradient),
      inputGradient: gradient(stage.layer.input, at: place), scratch: scratch)
    profile.add(.inputGradient, operation: index, worker: worker, since: time)
  }

  private func resamplingBackward(_ index: Int, at place: Place) {
    let started = WorkProfile.now()
    let operation = graph.operations[index]
    let map = operation.input
    let blocks = map.blocks(lanes: compute.lanes)
    switch operation {
    case .convolution, .normalization: return
    case .pooling:
      // A pooled map of the encoder is a skip connection too: its gradient came from the decoder.
      maps.maxPoolBackward(
        gradient: Map(gradient(operation.output, at: place)),
        x: Map(activation(map, at: place)), into: gradient(map, at: place), height: map.height,
        width: map.width, blocks: blocks, accumulating: index < graph.projectorStart)
    case .enlargement:
      guard let table = enlargementTables[map.height] else { return }
      maps.enlargeBackward(
        gradient: Map(gradient(operation.output, at: place)),
        into: gradient(map, at: place), height: map.height, width: map.width, blocks: blocks,
        rows: table, columns: table, rowBuffer: workers[place.worker].rowBuffer.baseAddress)
    }
    profile.add(.inputGradient, operation: index, worker: place.worker, since: started)
  }

  /// The contrastive loss' gradient enters where the features left.
  private func insertFeatureGradient(_ place: Place) {
    let map = place.stage.layer.output
    guard map.storage == graph.features?.storage else { return }
    let count = map.channels * map.pixels
    maps.insertPlanes(
      Floats(featureGradients.baseAddress + place.image * count), channels: map.channels,
      pixels: map.pixels, into: gradient(map, at: place))
  }

  // MARK: Batch norm

  /// The gradient of a stage's output from that of its normalised value.
  private func normalizationBackward(_ place: Place) {
    let index = place.stage.normalizationOperation
    guard let layer = place.stage.normalization, let statistics = statistics[index],
      runs(place.stage.index, image: place.image)
    else { return }
    let started = WorkProfile.now()
    let map = layer.input
    let rows = statistics.backwardRows(group: pass.batch.groups[place.image])
    maps.normalizationBackward(
      gradient: gradient(layer.output, at: place), y: Map(activation(map, at: place)),
      pixels: map.pixels, blocks: map.blocks(lanes: compute.lanes), gain: rows.gain,
      slope: rows.slope, offset: rows.offset)
    profile.add(.normalizationBackward, operation: index, worker: place.worker, since: started)
  }

  /// The gradient of a stage's normalised output from that of its activation, and its exact sums.
  private func activationBackward(_ place: Place, batch: ImageBatch) {
    let index = place.stage.normalizationOperation
    guard let layer = place.stage.normalization, let statistics = statistics[index] else { return }
    let started = WorkProfile.now()
    let map = layer.input
    addImageSums(
      layer, at: place, batch: batch, moment: 2 * operationCount - index, format: .gradients,
      divisor: 1
    ) { sums, projections in
      maps.activationBackward(
        gradient: gradient(layer.output, at: place), y: Map(activation(map, at: place)),
        pixels: map.pixels, blocks: map.blocks(lanes: compute.lanes),
        normalization: statistics.normalization(group: batch.groups[place.image]),
        slope: layer.slope, dropout: batch.dropout(layer, image: place.image), sums: sums,
        projections: projections)
    }
    profile.add(.activationBackward, operation: index, worker: place.worker, since: started)
  }

  private func exchangeProjections(
    _ stage: Stage, batch: ImageBatch, exchange: SumExchange
  ) throws {
    guard let layer = stage.normalization,
      let statistics = statistics[stage.normalizationOperation]
    else { return }
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

  // MARK: Gradients

  /// The parameters of neighbouring stages, with those of their batch norms.
  private func gradientRange(_ range: Range<Int>) -> Range<Int> {
    let start = convolutions[range.lowerBound].firstParameter
    let end =
      range.upperBound < stages.count
      ? convolutions[range.upperBound].firstParameter : gradients.count
    return start..<end
  }

  /// Zeros where gradients are added to: batch norms, and stages that are not used.
  private func clearGradients(usedStages: Int) {
    for stage in stages[..<usedStages] {
      guard let layer = stage.normalization else { continue }
      let (gamma, beta) = parameterOffsets(layer)
      for channel in 0..<layer.input.channels {
        gradients.values[gamma + channel] = 0
        gradients.values[beta + channel] = 0
      }
    }
    guard usedStages < stages.count else { return }
    for index in gradientRange(usedStages..<stages.count) { gradients.values[index] = 0 }
  }

  private func collectGradients(_ range: Range<Int>) {
    for index in range { convolutions[index].collectGradient(into: gradients.baseAddress) }
  }
}
