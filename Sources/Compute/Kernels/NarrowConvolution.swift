import Tensors
import VectorInterface

/// A 3 × 3 convolution with one or two channels on one side, which are planes: the first layer, the
/// head, the projector's first layer. Padded to a whole block, that side would take eight times
/// the work.
final class NarrowConvolution: Convolution {
  let shape: ConvolutionShape
  private let maps: any MapKernels.Type
  private let kernels: any VectorKernels.Type
  private let scratch: [WorkerScratch]
  private let narrow: NarrowShape
  private let weights: PackedWeights
  private let bias: PackedWeights
  /// For the data pass: rotated by 180°, and no bias.
  private let rotatedWeights: PackedWeights?
  private let noBias: PackedWeights
  let gradientCount: Int
  let gradientMap: [Int32]

  /// The kernels are compiled without checks, so shapes that they do not know are refused here.
  init(
    _ shape: ConvolutionShape, compute: Compute, backward: Bool, needsInputGradient: Bool
  ) throws(KernelError) {
    let planeCount = shape.inputIsPlanes ? shape.inputChannels : shape.outputChannels
    guard (1...2).contains(planeCount), shape.kernel == 3,
      shape.inputIsPlanes != shape.outputIsPlanes
    else {
      throw KernelError(
        "a convolution of \(planeCount) planes with a kernel of \(shape.kernel) cannot be planned: one "
          + "side must be one or two planes and the kernel 3")
    }
    self.shape = shape
    maps = compute.maps
    kernels = compute.kernels
    scratch = compute.scratch
    let narrow = NarrowShape(shape, lanes: compute.lanes)
    self.narrow = narrow
    weights = PackedWeights(map: narrow.map(mirrored: false), count: narrow.weightCount)
    bias = PackedWeights(
      map: (0..<shape.outputChannels).map { Int32($0) },
      count: narrow.readsPlanes ? narrow.stored : narrow.planes)
    rotatedWeights =
      needsInputGradient
      ? PackedWeights(map: narrow.map(mirrored: true), count: narrow.weightCount) : nil
    noBias = PackedWeights(map: [], count: narrow.stored)
    gradientCount = backward ? narrow.weightCount + narrow.stored : 0
    gradientMap = backward ? narrow.map(mirrored: !narrow.readsPlanes) : []
  }

  func load(weights: Floats, bias: Floats) {
    self.weights.load(weights)
    self.bias.load(bias)
    rotatedWeights?.load(weights)
  }

  func forward(
    worker: Int, x: ConvolutionInput, output: MutableMap, moments: Moments?
  ) {
    if narrow.readsPlanes {
      planesToMap(worker: worker, x.first.map, weights: weights, bias: bias, into: output)
      guard let moments else { return }
      maps.addMoments(
        of: Map(output), pixels: shape.height * shape.width, blocks: narrow.blocks, to: moments)
    } else {
      mapToPlanes(worker: worker, x, weights: weights, bias: bias, into: output)
    }
  }

  func backwardData(
    worker: Int, gradient: ConvolutionInput, inputGradient: MutableMap, step: ActivationGradient?
  ) {
    guard let weights = rotatedWeights else { return }
    if narrow.readsPlanes {
      mapToPlanes(
        worker: worker, gradient, weights: weights, bias: noBias, into: inputGradient)
    } else {
      planesToMap(
        worker: worker, gradient.first.map, weights: weights, bias: noBias, into: inputGradient)
      guard let step else { return }
      maps.activationBackward(
        gradient: inputGradient, pixels: shape.height * shape.width, blocks: narrow.blocks, step)
    }
  }

  private func planesToMap(
    worker: Int, _ source: Map, weights: PackedWeights, bias: PackedWeights,
    into destination: MutableMap
  ) {
    scratch[worker].lend(bytes: narrow.paddedCount * MemoryLayout<Float>.stride) { memory in
      let padded = memory.assumingMemoryBound(to: Float.self)
      pad(source.assumingMemoryBound(to: Float.self), into: padded)
      maps.convolvePlanes(
        Floats(padded), planes: narrow.planes, weights: weights.floats, bias: bias.floats,
        into: destination, height: shape.height, width: shape.width, blocks: narrow.blocks)
    }
  }

  /// Forward writes planes; the data pass adds to the gradient that the losses left there.
  private func mapToPlanes(
    worker: Int, _ source: ConvolutionInput, weights: PackedWeights, bias: PackedWeights,
    into destination: MutableMap
  ) {
    scratch[worker].lend(bytes: narrow.rowCount * MemoryLayout<Float>.stride) { memory in
      maps.convolveToPlanes(
        source, weights: weights.floats, bias: bias.floats, planes: narrow.planes,
        into: destination.assumingMemoryBound(to: Float.self), height: shape.height,
        width: shape.width, accumulating: narrow.readsPlanes,
        rows: memory.assumingMemoryBound(to: Float.self))
    }
  }

  private func pad(_ planes: Floats, into padded: MutableFloats) {
    kernels.padPlanes(
      planes, count: narrow.planes, height: shape.height, width: shape.width, into: padded)
  }

  var gradientBiasStart: Int { narrow.weightCount }

  func backwardWeights(
    worker: Int, x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats
  ) {
    let count = gradientCount
    let sumBytes = count * MemoryLayout<Double>.stride
    let planes = (narrow.readsPlanes ? x : gradient).first.map
    let map = narrow.readsPlanes ? gradient : x
    let source = planes.assumingMemoryBound(to: Float.self)
    let rowBytes = shape.width * maps.lanes * MemoryLayout<Float>.stride
    let bytes = sumBytes + rowBytes + narrow.paddedCount * MemoryLayout<Float>.stride
    scratch[worker].lend(bytes: bytes) { memory in
      let sums = memory.assumingMemoryBound(to: Double.self)
      let rowBuffer = (memory + sumBytes).assumingMemoryBound(to: Float.self)
      let padded = (memory + sumBytes + rowBytes).assumingMemoryBound(to: Float.self)
      pad(source, into: padded)
      sums.update(repeating: 0, count: count)
      maps.correlatePlanes(
        Floats(padded), planes: narrow.planes, with: map, height: shape.height,
        width: shape.width, rowBuffer: rowBuffer, sums: sums)
      if !narrow.readsPlanes { setBiasOfPlanes(source, in: sums) }
      for k in 0..<count { values[k] = Float(sums[k]) }
    }
  }

  /// The sums of the map's channels are nobody's gradient; the planes' are the bias'.
  private func setBiasOfPlanes(_ planes: Floats, in sums: MutableDoubles) {
    let pixels = shape.height * shape.width
    for channel in 0..<narrow.stored {
      sums[gradientBiasStart + channel] =
        channel < narrow.planes ? kernels.sum(planes + channel * pixels, count: pixels) : 0
    }
  }
}

/// Sizes that the passes of a narrow convolution share.
private struct NarrowShape {
  let planes: Int
  /// Channels on the other side, and as stored.
  let channels: Int
  let stored: Int
  let blocks: Int
  /// Whether the planes are the convolution's input.
  let readsPlanes: Bool
  /// Values of the planes with a margin of one pixel, of three rows of the map, of the weights.
  let paddedCount: Int
  let rowCount: Int
  let weightCount: Int

  init(_ shape: ConvolutionShape, lanes: Int) {
    readsPlanes = shape.inputIsPlanes
    planes = readsPlanes ? shape.inputChannels : shape.outputChannels
    channels = readsPlanes ? shape.outputChannels : shape.inputChannels
    blocks = (channels + lanes - 1) / lanes
    stored = blocks * lanes
    paddedCount = planes * (shape.height + 2) * (shape.width + 2)
    rowCount = 3 * (shape.width + 2) * stored
    weightCount = planes * 9 * stored
  }

  /// Where each weight of [O, I, 3, 3] lies in [planes][9][stored].
  /// - Parameter mirrored: whether the taps are turned by 180°.
  func map(mirrored: Bool) -> [Int32] {
    var map: [Int32] = []
    let (outputs, inputs) = readsPlanes ? (channels, planes) : (planes, channels)
    for output in 0..<outputs {
      for input in 0..<inputs {
        let (plane, channel) = readsPlanes ? (input, output) : (output, input)
        for tap in 0..<9 {
          map.append(Int32((plane * 9 + (mirrored ? 8 - tap : tap)) * stored + channel))
        }
      }
    }
    return map
  }
}
