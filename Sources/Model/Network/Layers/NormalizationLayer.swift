import Kernels
import Tensors
import VectorInterface

/// Batch norm over a group of images, LeakyReLU, dropout.
public struct NormalizationLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
  /// Indices into `ParameterLayout.parameters`.
  package let gamma: Int
  package let beta: Int
  /// Index into `ParameterLayout.buffers`.
  package let buffers: Int
  package let slope: Float
  let dropoutRate: Double

  /// Added to a variance, as published.
  package static let epsilon = 1e-5

  /// Which values of image `image` are dropped; nothing if none are.
  func dropout(_ batch: ImageBatch, image: Int) -> DropoutPattern? {
    guard dropoutRate > 0 else { return nil }
    return DropoutPattern(
      rate: dropoutRate, key: batch.dropoutKey, layer: buffers, sample: batch.samples[image],
      iteration: UInt32(truncatingIfNeeded: batch.iteration))
  }
}

extension NetworkGraph {
  /// Appends a batch norm with the parameters `name`.weight and `name`.bias [channels] and running
  /// statistics.
  /// - Parameter output: where the result goes, a new storage if nothing is said.
  mutating func normalize(
    _ input: FeatureMap, slope: Float, dropoutRate: Double = 0, name: String,
    into output: FeatureMap? = nil
  ) -> FeatureMap {
    let channels = input.channels
    let output = output ?? reserve(channels: channels, size: input.height)
    let gamma = layout.add(name + ".weight", [channels], .constant(1))
    let beta = layout.add(name + ".bias", [channels], .constant(0))
    operations.append(
      .normalization(
        NormalizationLayer(
          input: input, output: output, gamma: gamma, beta: beta,
          buffers: layout.addBuffers(name, channels: channels), slope: slope,
          dropoutRate: dropoutRate)))
    return output
  }
}

/// A batch norm as a runner has planned it.
///
/// Images meet here, so both passes have two halves with sums over a whole group between them, which
/// are exact over images, threads and ranks:
///
/// - forward: `addMoments` and `drawDropout` of each image, `collectSums`, `setStatistics` of the
///   sums of all ranks, `activated` where a stage reads the result;
/// - back: `addProjections` of each image, `exchangeProjections`, `inputGradient` where the stage
///   reads it.
///
/// Kept of a pass: statistics of each group, and what both halves derive from them.
final class PlannedNormalization: Preparation {
  /// The share of a new statistic in a running one, as published.
  private static let statisticsMomentum: Float = 0.1

  private let layer: NormalizationLayer
  /// Index among the graph's operations.
  private let operation: Int
  private let maps: any MapKernels.Type
  private let blocks: Int
  private let gamma: ParameterSlot
  private let beta: ParameterSlot
  private let running: BufferSlot
  private let statistics: GroupStatistics
  /// What dropout keeps of each image, drawn once and used in both passes.
  private let kept: AlignedBuffer<UInt8>
  private let keptBytes: Int

  init(
    _ layer: NormalizationLayer, operation: Int, layout: ParameterLayout, compute: Compute,
    groups: Int, batchImages: Int
  ) {
    self.layer = layer
    self.operation = operation
    maps = compute.maps
    blocks = layer.input.blocks(lanes: compute.lanes)
    gamma = layout.parameters[layer.gamma]
    beta = layout.parameters[layer.beta]
    running = layout.buffers[layer.buffers]
    statistics = GroupStatistics(stored: blocks * compute.lanes, groups: groups)
    keptBytes =
      layer.dropoutRate > 0
      ? maps.dropoutByteCount(pixels: layer.input.pixels, blocks: blocks) : 0
    kept = AlignedBuffer(count: batchImages * keptBytes)
  }

  var input: FeatureMap { layer.input }
  var output: FeatureMap { layer.output }
  /// The gradient of the output lies in the image's memory, and that of the input in its place.
  var hasTransientGradient: Bool { false }
  /// It is made where it is read.
  var storesOutput: Bool { false }
  /// Channels padded to whole blocks.
  var storedChannels: Int { statistics.stored }

  /// What dropout needs, for all images.
  var reservedBytes: Int { kept.byteCount }

  /// The same, for other numbers of images.
  func keptBytes(of images: Int) -> Int {
    AlignedBuffer<UInt8>.byteCount(of: images * keptBytes)
  }

  // MARK: Dropout

  /// Draws what dropout keeps of one image.
  func drawDropout(at place: Place) {
    guard let pattern = layer.dropout(place.batch, image: place.image) else { return }
    place.measure(.dropout, operation) {
      maps.drawDropout(
        pattern, pixels: input.pixels, blocks: blocks,
        into: kept.baseAddress + place.image * keptBytes)
    }
  }

  /// What was drawn for an image; nothing where nothing is dropped.
  private func keptActivations(at place: Place) -> KeptActivations? {
    guard place.runner.mode != .evaluation,
      let pattern = layer.dropout(place.batch, image: place.image)
    else { return nil }
    return KeptActivations(
      bits: UnsafePointer(kept.baseAddress + place.image * keptBytes), scale: pattern.keptScale)
  }

  // MARK: Forward

  /// Lets `body` make the input of one image and add its moments, of which the mean and the mean square
  /// of each channel are added to the worker's sums.
  func addMoments(at place: Place, _ body: (Moments) -> Void) {
    let accepted = addImageSums(at: place, format: .moments, divisor: Double(input.pixels)) {
      body(Moments(sums: $0, squares: $1))
    }
    if !accepted { place.runner.noteOffender(outputOf: place.stage.convolution.operation) }
  }

  /// Makes statistics of the collected sums, once they are those of all ranks, and moves the model's
  /// running ones towards them, group by group.
  func setStatistics(of batch: ImageBatch, workers: [RunnerWorker], model: ModelState) {
    let channels = input.channels
    let sums = workers[0].layerSums.baseAddress
    for group in batch.globalGroupSizes.indices where batch.globalGroupSizes[group] > 0 {
      let images = Double(batch.globalGroupSizes[group])
      let count = images * Double(input.pixels)
      for channel in 0..<channels {
        let first = group * 2 * channels + channel
        let mean = FixedPoint.moments.value(sums[first]) / images
        let square = FixedPoint.moments.value(sums[first + channels]) / images
        let variance = max(0, square - mean * mean)
        setStatistics(group: group, channel: channel, mean: mean, variance: variance, model)
        let values = model.running.values
        update(&values[running.means.lowerBound + channel], toward: mean)
        update(
          &values[running.variances.lowerBound + channel], toward: variance * count / (count - 1))
      }
      model.batchesTracked[layer.buffers] += 1
    }
  }

  private func update(_ running: inout Float, toward value: Double) {
    let share = Self.statisticsMomentum
    running = (running * (1 - share)).addingProduct(share, Float(value))
  }

  /// Takes the model's running statistics for those of the only group.
  func setRunningStatistics(_ model: ModelState) {
    let values = model.running.values
    for channel in 0..<input.channels {
      setStatistics(
        group: 0, channel: channel, mean: Double(values[running.means.lowerBound + channel]),
        variance: Double(values[running.variances.lowerBound + channel]), model)
    }
  }

  private func setStatistics(
    group: Int, channel: Int, mean: Double, variance: Double, _ model: ModelState
  ) {
    let parameters = model.parameters.values
    statistics.set(
      group: group, channel: channel, mean: mean,
      inverseDeviation: 1 / (variance + NormalizationLayer.epsilon).squareRoot(),
      gamma: parameters[gamma.offset + channel], beta: parameters[beta.offset + channel])
  }

  /// The output, made where it is read.
  func activated(at place: Place) -> InputMap {
    InputMap(
      Map(place.activation(input)), blocks: blocks, .activation(activation(at: place)))
  }

  private func activation(at place: Place) -> Activation {
    Activation(
      normalization: statistics.normalization(group: place.batch.groups[place.image]),
      slope: layer.slope, dropout: keptActivations(at: place))
  }

  /// Nothing: nobody stores the output, see `activated`.
  func forward(at place: Place) {}

  // MARK: Backward

  /// Lets `body` make the gradient of the output of one image and turn it into that of the normalised
  /// value, and adds its Σg and Σg·x̂ of each channel to the worker's sums.
  func addProjections(at place: Place, _ body: (ActivationGradient) -> Void) {
    let accepted = addImageSums(at: place, format: .gradients, divisor: 1) {
      body(
        ActivationGradient(
          y: Map(place.activation(input)), activation: activation(at: place), sums: $0,
          projections: $1))
    }
    if !accepted { place.runner.noteOffender(gradientOf: operation) }
  }

  /// The same where the gradient of the output is there already.
  func activationBackward(at place: Place) {
    place.measure(.activationBackward, operation) {
      addProjections(at: place) {
        maps.activationBackward(
          gradient: place.gradient(output), pixels: input.pixels, blocks: blocks, $0)
      }
    }
  }

  func clearGradients(_ gradients: UnsafeMutablePointer<Int64>) {
    (gradients + gamma.offset).update(repeating: 0, count: gamma.count)
    (gradients + beta.offset).update(repeating: 0, count: beta.count)
  }

  /// Adds the sums of this rank, its share of the gradients of β and γ, to `gradients`, and makes
  /// what `inputGradient` needs of those of all ranks.
  func exchangeProjections(
    of batch: ImageBatch, workers: [RunnerWorker], gradients: UnsafeMutablePointer<Int64>,
    exchange: any SumExchange
  ) throws {
    let channels = input.channels
    let groups = batch.globalGroupSizes.count
    let sums = collectSums(of: workers, batch)
    for group in 0..<groups {
      for channel in 0..<channels {
        gradients[beta.offset + channel] &+= sums[group * 2 * channels + channel]
        gradients[gamma.offset + channel] &+= sums[group * 2 * channels + channels + channel]
      }
    }
    try exchange.sum(sums)
    for group in 0..<groups where batch.globalGroupSizes[group] > 0 {
      let count = Double(batch.globalGroupSizes[group]) * Double(input.pixels)
      for channel in 0..<channels {
        let first = group * 2 * channels + channel
        statistics.setBackward(
          group: group, channel: channel, sum: FixedPoint.gradients.value(sums[first]),
          projection: FixedPoint.gradients.value(sums[first + channels]), count: count)
      }
    }
  }

  /// The gradient of the input, made of that of the normalised value where it is read.
  func inputGradient(at place: Place) -> InputMap {
    let rows = statistics.backwardRows(group: place.batch.groups[place.image])
    return InputMap(
      Map(place.gradient(output)), blocks: blocks,
      .normalizationGradient(
        NormalizationGradient(
          y: Map(place.activation(input)), gain: rows.gain, slope: rows.slope,
          offset: rows.offset)))
  }

  /// Nothing: a batch norm is gone back through with its own stage, not with one that reads it.
  func backward(at place: Place) {}

  // MARK: Exact sums

  func clearSums(of workers: [RunnerWorker]) {
    for worker in workers { worker.layerSums.fill(with: 0) }
  }

  /// Lets `body` make two sums for each channel of one image, rounds them once and adds them to the
  /// worker's exact sums, [groups][2][channels].
  /// - Returns: whether all were finite and small enough.
  private func addImageSums(
    at place: Place, format: FixedPoint, divisor: Double,
    _ body: (_ first: MutableDoubles, _ second: MutableDoubles) -> Void
  ) -> Bool {
    let channels = input.channels
    let area = place.area
    let stored = area.imageSums.count / 2
    area.imageSums.fill(with: 0)
    body(area.imageSums.baseAddress, area.imageSums.baseAddress + stored)
    let target = area.layerSums.baseAddress + place.batch.groups[place.image] * 2 * channels
    let terms = place.batch.globalCount
    var accepted = true
    for row in 0..<2 {
      for channel in 0..<channels {
        let value = area.imageSums.baseAddress[row * stored + channel] / divisor
        if let units = format.units(value, terms: terms) {
          target[row * channels + channel] &+= units
        } else {
          accepted = false
        }
      }
    }
    return accepted
  }

  /// Adds the workers' sums, [groups][2][channels], into those of worker 0.
  func collectSums(
    of workers: [RunnerWorker], _ batch: ImageBatch
  ) -> UnsafeMutableBufferPointer<Int64> {
    let total = UnsafeMutableBufferPointer(
      start: workers[0].layerSums.baseAddress,
      count: batch.globalGroupSizes.count * 2 * input.channels)
    for worker in workers.dropFirst() {
      for index in total.indices { total[index] &+= worker.layerSums.baseAddress[index] }
    }
    return total
  }
}

/// Statistics of each group of images, and what both passes derive from them: rows of channels,
/// padded to whole blocks.
private final class GroupStatistics {
  private static let rows = 7
  let stored: Int
  private let values: AlignedBuffer<Float>

  /// - Parameter stored: channels padded to whole blocks.
  init(stored: Int, groups: Int) {
    self.stored = stored
    values = AlignedBuffer(count: groups * Self.rows * stored)
  }

  private func row(_ index: Int, _ group: Int) -> MutableFloats {
    values.baseAddress + (group * Self.rows + index) * stored
  }

  func normalization(group: Int) -> ChannelNormalization {
    ChannelNormalization(
      scale: Floats(row(0, group)), shift: Floats(row(1, group)), mean: Floats(row(2, group)),
      inverseDeviation: Floats(row(3, group)))
  }

  /// gradient = gain · gradient + slope · y + offset.
  func backwardRows(group: Int) -> (gain: Floats, slope: Floats, offset: Floats) {
    (Floats(row(4, group)), Floats(row(5, group)), Floats(row(6, group)))
  }

  /// Sets one channel of a group.
  func set(
    group: Int, channel: Int, mean: Double, inverseDeviation: Double, gamma: Float, beta: Float
  ) {
    let scale = Double(gamma) * inverseDeviation
    row(0, group)[channel] = Float(scale)
    row(1, group)[channel] = Float(Double(beta) - mean * scale)
    row(2, group)[channel] = Float(mean)
    row(3, group)[channel] = Float(inverseDeviation)
  }

  /// Sets one channel's backward rows from Σg and Σg·x̂ over the group's `count` values.
  func setBackward(group: Int, channel: Int, sum: Double, projection: Double, count: Double) {
    let gain = Double(row(0, group)[channel])
    let inverse = Double(row(3, group)[channel])
    let mean = Double(row(2, group)[channel])
    let slope = -gain * inverse * projection / count
    row(4, group)[channel] = Float(gain)
    row(5, group)[channel] = Float(slope)
    row(6, group)[channel] = Float(-gain * sum / count - slope * mean)
  }
}
