import Tensors
import VectorInterface

// 3 × 3 convolutions with one or two channels on one side: the first layer, the head, the
// projector's first layer. oneDNN would pad that side to a whole block and do eight times the work.

/// Sizes that the narrow passes share.
struct NarrowShape {
  let planes: Int
  /// Channels on the other side, and as stored.
  let channels: Int
  let stored: Int
  let blocks: Int
  let height: Int
  let width: Int
  /// Whether the planes are the convolution's input.
  let readsPlanes: Bool

  init(_ shape: ConvolutionShape, lanes: Int) {
    readsPlanes = shape.inputIsPlanes
    planes = readsPlanes ? shape.inputChannels : shape.outputChannels
    channels = readsPlanes ? shape.outputChannels : shape.inputChannels
    blocks = (channels + lanes - 1) / lanes
    stored = blocks * lanes
    height = shape.height
    width = shape.width
  }

  var paddedCount: Int { planes * (height + 2) * (width + 2) }
  var rowCount: Int { 3 * (width + 2) * stored }
  var weightCount: Int { planes * 9 * stored }

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

/// From planes to a map: forward where the input is planes, the data pass where the output is.
final class PlanesToMapPass: ConvolutionPass {
  private let shape: NarrowShape
  private let compute: (maps: any MapKernels.Type, planes: any VectorKernels.Type)
  private let weights: PackedWeights
  private let bias: PackedWeights

  init(_ shape: NarrowShape, maps: any MapKernels.Type, planes: any VectorKernels.Type) {
    self.shape = shape
    compute = (maps, planes)
    weights = PackedWeights(map: shape.map(mirrored: !shape.readsPlanes), count: shape.weightCount)
    let biases = shape.readsPlanes ? shape.channels : 0
    bias = PackedWeights(map: (0..<biases).map { Int32($0) }, count: shape.stored)
  }

  var scratchBytes: Int { shape.paddedCount * MemoryLayout<Float>.stride }
  var implementation: String { "planes to map" }

  func load(weights: Floats, bias: Floats) {
    self.weights.load(weights)
    self.bias.load(bias)
  }

  func run(
    worker: Int, _ source: Map, into destination: MutableMap, scratch: UnsafeMutableRawPointer
  ) {
    let padded = scratch.assumingMemoryBound(to: Float.self)
    compute.planes.padPlanes(
      source.assumingMemoryBound(to: Float.self), count: shape.planes, height: shape.height,
      width: shape.width, into: padded)
    compute.maps.convolvePlanes(
      Floats(padded), planes: shape.planes, weights: weights.floats, bias: bias.floats,
      into: destination, height: shape.height, width: shape.width, blocks: shape.blocks)
  }
}

/// From a map to planes: forward where the output is planes (written), the data pass where the input
/// is (added to the gradient that the losses left there).
final class MapToPlanesPass: ConvolutionPass {
  private let shape: NarrowShape
  private let maps: any MapKernels.Type
  private let weights: PackedWeights
  private let bias: PackedWeights

  init(_ shape: NarrowShape, maps: any MapKernels.Type) {
    self.shape = shape
    self.maps = maps
    weights = PackedWeights(map: shape.map(mirrored: shape.readsPlanes), count: shape.weightCount)
    let biases = shape.readsPlanes ? 0 : shape.planes
    bias = PackedWeights(map: (0..<biases).map { Int32($0) }, count: shape.planes)
  }

  var scratchBytes: Int { shape.rowCount * MemoryLayout<Float>.stride }
  var implementation: String { "map to planes" }

  func load(weights: Floats, bias: Floats) {
    self.weights.load(weights)
    self.bias.load(bias)
  }

  func run(
    worker: Int, _ source: Map, into destination: MutableMap, scratch: UnsafeMutableRawPointer
  ) {
    maps.convolveToPlanes(
      source, blocks: shape.blocks, weights: weights.floats, bias: bias.floats,
      planes: shape.planes, into: destination.assumingMemoryBound(to: Float.self),
      height: shape.height, width: shape.width, accumulating: shape.readsPlanes,
      rows: scratch.assumingMemoryBound(to: Float.self))
  }
}

/// The weight gradient of either.
final class NarrowWeightGradient: WeightGradientPass {
  private let shape: NarrowShape
  private let compute: (maps: any MapKernels.Type, planes: any VectorKernels.Type)
  let weightMap: [Int32]

  init(_ shape: NarrowShape, maps: any MapKernels.Type, planes: any VectorKernels.Type) {
    self.shape = shape
    compute = (maps, planes)
    weightMap = shape.map(mirrored: !shape.readsPlanes)
  }

  var biasStart: Int { shape.weightCount }
  var count: Int { shape.weightCount + shape.stored }
  var implementation: String { "planes with map" }
  var scratchBytes: Int {
    count * MemoryLayout<Double>.stride + shape.paddedCount * MemoryLayout<Float>.stride
  }

  func run(
    worker: Int, x: Map, gradient: Map, into values: MutableFloats,
    scratch: UnsafeMutableRawPointer
  ) {
    let sums = scratch.assumingMemoryBound(to: Double.self)
    let padded = (sums + count).withMemoryRebound(to: Float.self, capacity: 1) { $0 }
    let (planes, map) = shape.readsPlanes ? (x, gradient) : (gradient, x)
    let source = planes.assumingMemoryBound(to: Float.self)
    compute.planes.padPlanes(
      source, count: shape.planes, height: shape.height, width: shape.width, into: padded)
    sums.update(repeating: 0, count: count)
    compute.maps.correlatePlanes(
      Floats(padded), planes: shape.planes, with: map, height: shape.height, width: shape.width,
      blocks: shape.blocks, sums: sums)
    if !shape.readsPlanes {
      // The sums of the map's channels are nobody's gradient; the planes' are the bias'.
      let pixels = shape.height * shape.width
      for channel in 0..<shape.stored {
        sums[biasStart + channel] =
          channel < shape.planes
          ? compute.planes.sum(source + channel * pixels, count: pixels) : 0
      }
    }
    for k in 0..<count { values[k] = Float(sums[k]) }
  }
}
