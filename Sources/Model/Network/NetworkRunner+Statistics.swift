import Kernels
import Tensors
import VectorInterface

// Batch norm: exact sums over images, threads and ranks.
extension NetworkRunner {
  func clearLayerSums(_ layer: NormalizationLayer?) {
    guard layer != nil else { return }
    for worker in workers { worker.layerSums.fill(with: 0) }
  }

  func addMoments(_ layer: NormalizationLayer, at place: Place, batch: ImageBatch) {
    let started = WorkProfile.now()
    let operation = place.stage.operation
    let map = layer.input
    addImageSums(
      layer, at: place, batch: batch, moment: operation, format: .moments,
      divisor: Double(map.pixels)
    ) { sums, squares in
      maps.addMoments(
        of: Map(activation(map, at: place)), pixels: map.pixels,
        blocks: map.blocks(lanes: compute.lanes), sums: sums, squares: squares)
    }
    profile.add(.statistics, operation: operation, worker: place.worker, since: started)
  }

  /// Lets `body` make two sums for each channel of one image, rounds them once and adds them to the
  /// worker's exact sums of the layer.
  func addImageSums(
    _ layer: NormalizationLayer, at place: Place, batch: ImageBatch, moment: Int,
    format: FixedPoint, divisor: Double,
    _ body: (_ first: MutableDoubles, _ second: MutableDoubles) -> Void
  ) {
    let channels = layer.input.channels
    let area = workers[place.worker]
    let stored = area.imageSums.count / 2
    area.imageSums.fill(with: 0)
    body(area.imageSums.baseAddress, area.imageSums.baseAddress + stored)
    let target = area.layerSums.baseAddress + batch.groups[place.image] * 2 * channels
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

  func exchangeMoments(
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

  func setRunningStatistics(_ model: ModelState) {
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
