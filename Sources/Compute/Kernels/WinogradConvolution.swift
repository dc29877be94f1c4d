import Tensors
import VectorInterface

/// A 3 × 3 convolution by our own Winograd kernels, 4 × 4 outputs at a time; its weights are
/// transformed once when they are loaded.
final class WinogradConvolution: Convolution {
  let shape: ConvolutionShape
  private let maps: any MapKernels.Type
  private let scratch: [WorkerScratch]
  private let inBlocks: Int
  private let outBlocks: Int
  /// Offsets of the weights of each stored input and output channel, -1 for padding.
  private let inputOffsets: [Int32]
  private let outputOffsets: [Int32]
  private let weights: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>
  private let needsInputGradient: Bool
  /// For the data pass: rotated by 180°, inputs and outputs exchanged.
  private let rotatedWeights: AlignedBuffer<Float>
  let gradientCount: Int
  let gradientMap: [Int32]

  init(_ shape: ConvolutionShape, compute: Compute, backward: Bool, needsInputGradient: Bool) {
    self.shape = shape
    self.needsInputGradient = needsInputGradient
    maps = compute.maps
    scratch = compute.scratch
    let lanes = maps.lanes
    let inputs = shape.storedInputChannels(lanes: lanes)
    let outputs = shape.storedOutputChannels(lanes: lanes)
    inBlocks = inputs / lanes
    outBlocks = outputs / lanes
    let positions = shape.storedInputPositions(lanes: lanes)
    var offsets = [Int32](repeating: -1, count: inputs)
    for (input, position) in positions.enumerated() { offsets[position] = Int32(input * 9) }
    inputOffsets = offsets
    outputOffsets = (0..<outputs).map {
      $0 < shape.outputChannels ? Int32($0 * shape.inputChannels * 9) : -1
    }
    let count = maps.winogradWeightCount(inBlocks: inBlocks, outBlocks: outBlocks)
    weights = AlignedBuffer(count: count)
    bias = AlignedBuffer(count: outputs)
    rotatedWeights = AlignedBuffer(count: needsInputGradient ? count : 0)
    gradientCount =
      backward ? maps.winogradGradientCount(inBlocks: inBlocks, outBlocks: outBlocks) : 0
    gradientMap =
      backward
      ? (0..<shape.outputChannels).flatMap { output in
        positions.flatMap { input in
          (0..<9).map { tap in Int32((tap * inputs + input) * outputs + output) }
        }
      } : []
  }

  func load(weights: Floats, bias: Floats) {
    maps.transformWinogradWeights(
      weights, rows: inputOffsets, columns: outputOffsets, rotated: false,
      into: self.weights.baseAddress)
    self.bias.baseAddress.update(from: bias, count: shape.outputChannels)
    guard needsInputGradient else { return }
    maps.transformWinogradWeights(
      weights, rows: outputOffsets, columns: inputOffsets, rotated: true,
      into: rotatedWeights.baseAddress)
  }

  func forward(worker: Int, x: Map, output: MutableMap) {
    convolve(
      worker: worker, x, weights: Floats(weights.baseAddress), bias: Floats(bias.baseAddress),
      into: output, inBlocks: inBlocks, outBlocks: outBlocks)
  }

  func backwardData(worker: Int, gradient: Map, inputGradient: MutableMap) {
    guard needsInputGradient else { return }
    convolve(
      worker: worker, gradient, weights: Floats(rotatedWeights.baseAddress), bias: nil,
      into: inputGradient, inBlocks: outBlocks, outBlocks: inBlocks)
  }

  private func convolve(
    worker: Int, _ source: Map, weights: Floats, bias: Floats?, into destination: MutableMap,
    inBlocks: Int, outBlocks: Int
  ) {
    let count = maps.winogradScratchCount(
      height: shape.height, width: shape.width, inBlocks: inBlocks, outBlocks: outBlocks)
    scratch[worker].lend(bytes: count * MemoryLayout<Float>.stride) { memory in
      maps.winogradConvolve(
        source, weights: weights, bias: bias, into: destination, height: shape.height,
        width: shape.width, inBlocks: inBlocks, outBlocks: outBlocks,
        scratch: memory.assumingMemoryBound(to: Float.self))
    }
  }

  var gradientBiasStart: Int { 9 * inBlocks * outBlocks * maps.lanes * maps.lanes }

  func backwardWeights(worker: Int, x: Map, gradient: Map, into values: MutableFloats) {
    let count = maps.winogradGradientScratchCount(
      height: shape.height, width: shape.width, inBlocks: inBlocks, outBlocks: outBlocks)
    scratch[worker].lend(bytes: count * MemoryLayout<Float>.stride) { memory in
      maps.winogradWeightGradient(
        x, gradient: gradient, into: values, height: shape.height, width: shape.width,
        inBlocks: inBlocks, outBlocks: outBlocks,
        scratch: memory.assumingMemoryBound(to: Float.self))
    }
  }
}
