import Tensors
import VectorInterface

/// Forward or data pass of a 3 × 3 convolution by our own Winograd kernel, whose weights are
/// transformed once when they are loaded.
final class WinogradPass: ConvolutionPass {
  private let shape: ConvolutionShape
  private let isForward: Bool
  private let maps: any MapKernels.Type
  /// Offsets of the weights of each stored input and output channel, -1 for padding.
  private let inputOffsets: [Int32]
  private let outputOffsets: [Int32]
  private let inBlocks: Int
  private let outBlocks: Int
  private let weights: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>

  init(_ shape: ConvolutionShape, forward: Bool, maps: any MapKernels.Type) {
    self.shape = shape
    self.maps = maps
    isForward = forward
    let lanes = maps.lanes
    let inputs = shape.storedInputChannels(lanes: lanes)
    let outputs = shape.storedOutputChannels(lanes: lanes)
    inBlocks = inputs / lanes
    outBlocks = outputs / lanes
    var offsets = [Int32](repeating: -1, count: inputs)
    for (input, position) in shape.storedInputPositions(lanes: lanes).enumerated() {
      offsets[position] = Int32(input * 9)
    }
    inputOffsets = offsets
    outputOffsets = (0..<outputs).map {
      $0 < shape.outputChannels ? Int32($0 * shape.inputChannels * 9) : -1
    }
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
      weights, rows: isForward ? inputOffsets : outputOffsets,
      columns: isForward ? outputOffsets : inputOffsets, rotated: !isForward,
      into: self.weights.baseAddress)
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
