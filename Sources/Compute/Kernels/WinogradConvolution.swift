import Tensors
import VectorInterface

/// A 3 × 3 convolution by Winograd's algorithm; its weights are transformed once when they are loaded.
final class WinogradConvolution: Convolution {
  let shape: ConvolutionShape
  private let maps: any MapKernels.Type
  private let scratch: [WorkerScratch]
  private let winograd: WinogradShape
  /// Offsets of the weights of each stored input and output channel, -1 for padding.
  private let inputOffsets: [Int32]
  private let outputOffsets: [Int32]
  private let weights: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>
  private let needsInputGradient: Bool
  /// For the data pass: rotated by 180°, inputs and outputs exchanged.
  private let rotatedWeights: AlignedBuffer<Float>
  let gradientCount: Int
  let gradientBiasStart: Int
  let gradientMap: [Int32]

  init(_ shape: ConvolutionShape, compute: Compute, backward: Bool, needsInputGradient: Bool) {
    self.shape = shape
    self.needsInputGradient = needsInputGradient
    maps = compute.maps
    scratch = compute.scratch
    let lanes = maps.lanes
    let inputs = shape.storedInputChannels(lanes: lanes)
    let outputs = shape.storedOutputChannels(lanes: lanes)
    winograd = WinogradShape(
      height: shape.height, width: shape.width, inBlocks: inputs / lanes,
      outBlocks: outputs / lanes, tile: shape.winogradTile)
    let positions = shape.storedInputPositions(lanes: lanes)
    var offsets = [Int32](repeating: -1, count: inputs)
    for (input, position) in positions.enumerated() { offsets[position] = Int32(input * 9) }
    inputOffsets = offsets
    outputOffsets = (0..<outputs).map {
      $0 < shape.outputChannels ? Int32($0 * shape.inputChannels * 9) : -1
    }
    let count = shape.winogradTile.frequencies * inputs * outputs
    weights = AlignedBuffer(count: count)
    bias = AlignedBuffer(count: outputs)
    rotatedWeights = AlignedBuffer(count: needsInputGradient ? count : 0)
    gradientBiasStart = 9 * inputs * outputs
    gradientCount = backward ? gradientBiasStart + outputs : 0
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
      weights, tile: winograd.tile, rows: inputOffsets, columns: outputOffsets, rotated: false,
      into: self.weights.baseAddress)
    self.bias.baseAddress.update(from: bias, count: shape.outputChannels)
    guard needsInputGradient else { return }
    maps.transformWinogradWeights(
      weights, tile: winograd.tile, rows: outputOffsets, columns: inputOffsets, rotated: true,
      into: rotatedWeights.baseAddress)
  }

  func forward(
    worker: Int, x: ConvolutionInput, output: MutableMap, moments: Moments?
  ) {
    convolve(
      worker: worker, x, weights: Floats(weights.baseAddress), bias: Floats(bias.baseAddress),
      into: output, shape: winograd, step: moments.map { .moments($0) } ?? .none)
  }

  func backwardData(
    worker: Int, gradient: ConvolutionInput, inputGradient: MutableMap, step: ActivationGradient?
  ) {
    guard needsInputGradient else { return }
    convolve(
      worker: worker, gradient, weights: Floats(rotatedWeights.baseAddress), bias: nil,
      into: inputGradient,
      shape: winograd.transposed, step: step.map { .activationGradient($0) } ?? .none)
  }

  private func convolve(
    worker: Int, _ source: ConvolutionInput, weights: Floats, bias: Floats?,
    into destination: MutableMap, shape: WinogradShape, step: OutputStep
  ) {
    let count = maps.winogradScratchCount(shape)
    scratch[worker].lend(bytes: count * MemoryLayout<Float>.stride) { memory in
      maps.winogradConvolve(
        source, weights: weights, bias: bias, into: destination, shape: shape, step: step,
        scratch: memory.assumingMemoryBound(to: Float.self))
    }
  }

  func backwardWeights(
    worker: Int, x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats
  ) {
    let count = maps.winogradGradientScratchCount(winograd)
    scratch[worker].lend(bytes: count * MemoryLayout<Float>.stride) { memory in
      maps.winogradWeightGradient(
        x, gradient: gradient, into: values, shape: winograd,
        scratch: memory.assumingMemoryBound(to: Float.self))
    }
  }
}
