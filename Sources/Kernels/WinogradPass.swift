import Tensors
import VectorInterface

/// Forward or data pass of a 3 × 3 convolution by our own Winograd kernel, whose weights are
/// transformed once when they are loaded.
final class WinogradPass: ConvolutionPass {
  private let shape: ConvolutionShape
  private let isForward: Bool
  private let maps: any MapKernels.Type
  private let positions: [Int]
  private let inBlocks: Int
  private let outBlocks: Int
  private let weights: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>

  init(_ shape: ConvolutionShape, forward: Bool, maps: any MapKernels.Type) {
    self.shape = shape
    self.maps = maps
    isForward = forward
    let lanes = maps.lanes
    positions = shape.storedInputPositions(lanes: lanes)
    inBlocks = shape.storedInputChannels(lanes: lanes) / lanes
    outBlocks = shape.storedOutputChannels(lanes: lanes) / lanes
    weights = AlignedBuffer(
      count: maps.winogradWeightCount(inBlocks: inBlocks, outBlocks: outBlocks))
    bias = AlignedBuffer(count: outBlocks * lanes)
  }

  /// Blocks of the source and of the destination.
  private var sides: (source: Int, destination: Int) {
    isForward ? (inBlocks, outBlocks) : (outBlocks, inBlocks)
  }

  var scratchBytes: Int {
    MemoryLayout<Float>.stride
      * maps.winogradScratchCount(
        height: shape.height, width: shape.width, inBlocks: sides.source,
        outBlocks: sides.destination)
  }

  var implementation: String { "Winograd 4×4" }

  func load(weights: Floats, bias: Floats) {
    maps.transformWinogradWeights(
      weights, inputPositions: positions, inBlocks: inBlocks, outputs: shape.outputChannels,
      transposed: !isForward, into: self.weights.baseAddress)
    self.bias.baseAddress.update(from: bias, count: shape.outputChannels)
  }

  func run(
    worker: Int, _ source: Map, into destination: MutableMap, scratch: UnsafeMutableRawPointer
  ) {
    maps.winogradConvolve(
      source, weights: Floats(weights.baseAddress),
      bias: isForward ? Floats(bias.baseAddress) : nil, into: destination, height: shape.height,
      width: shape.width, inBlocks: sides.source, outBlocks: sides.destination,
      scratch: scratch.assumingMemoryBound(to: Float.self))
  }
}
