import Tensors
import VectorInterface

/// A 1 × 1 convolution: a product of matrices for each image.
final class PointwiseConvolution: Convolution {
  let shape: ConvolutionShape
  private let maps: any MapKernels.Type
  private let scratch: [WorkerScratch]
  private let inBlocks: Int
  private let outBlocks: Int
  private let weights: PackedWeights
  private let bias: PackedWeights
  /// For the data pass: inputs and outputs exchanged.
  private let transposedWeights: PackedWeights?
  let gradientCount: Int
  let gradientMap: [Int32]

  init(_ shape: ConvolutionShape, compute: Compute, backward: Bool, needsInputGradient: Bool) {
    self.shape = shape
    let maps = compute.maps
    self.maps = maps
    scratch = compute.scratch
    let inputs = shape.storedInputChannels(lanes: maps.lanes)
    let outputs = shape.storedOutputChannels(lanes: maps.lanes)
    let (inBlocks, outBlocks) = (inputs / maps.lanes, outputs / maps.lanes)
    (self.inBlocks, self.outBlocks) = (inBlocks, outBlocks)
    let positions = shape.storedInputPositions(lanes: maps.lanes)
    /// Where each weight of [O, I] goes.
    func map(_ place: (_ input: Int, _ output: Int) -> Int) -> [Int32] {
      (0..<shape.outputChannels).flatMap { output in
        positions.map { Int32(place($0, output)) }
      }
    }
    weights = PackedWeights(
      map: map {
        maps.pointwiseWeightOffset(
          input: $0, output: $1, inBlocks: inBlocks, outBlocks: outBlocks)
      }, count: inputs * outputs)
    bias = PackedWeights(map: (0..<shape.outputChannels).map { Int32($0) }, count: outputs)
    transposedWeights =
      needsInputGradient
      ? PackedWeights(
        map: map {
          maps.pointwiseWeightOffset(
            input: $1, output: $0, inBlocks: outBlocks, outBlocks: inBlocks)
        }, count: inputs * outputs) : nil
    gradientCount = backward ? (inputs + 1) * outputs : 0
    gradientMap = backward ? map { $0 * outputs + $1 } : []
  }

  var gradientBiasStart: Int { inBlocks * outBlocks * maps.lanes * maps.lanes }

  func load(weights: Floats, bias: Floats) {
    self.weights.load(weights)
    self.bias.load(bias)
    transposedWeights?.load(weights)
  }

  func forward(
    worker: Int, x: ConvolutionInput, output: MutableMap, moments: Moments?
  ) {
    lend(worker) {
      maps.pointwiseConvolve(
        x, weights: weights.floats, bias: bias.floats, into: output, pixels: pixels,
        outBlocks: outBlocks, scratch: $0)
    }
    if let moments {
      maps.addMoments(of: Map(output), pixels: pixels, blocks: outBlocks, to: moments)
    }
  }

  func backwardData(
    worker: Int, gradient: ConvolutionInput, inputGradient: MutableMap, step: ActivationGradient?
  ) {
    guard let transposedWeights else { return }
    lend(worker) {
      maps.pointwiseConvolve(
        gradient, weights: transposedWeights.floats, bias: nil, into: inputGradient, pixels: pixels,
        outBlocks: inBlocks, scratch: $0)
    }
    if let step {
      maps.activationBackward(gradient: inputGradient, pixels: pixels, blocks: inBlocks, step)
    }
  }

  func backwardWeights(
    worker: Int, x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats
  ) {
    lend(worker) {
      maps.pointwiseWeightGradient(
        x, gradient: gradient, into: values, pixels: pixels, scratch: $0)
    }
  }

  private var pixels: Int { shape.height * shape.width }

  private func lend(_ worker: Int, _ body: (MutableFloats) -> Void) {
    let count = maps.pointwiseScratchCount(inBlocks: inBlocks, outBlocks: outBlocks)
    scratch[worker].lend(bytes: count * MemoryLayout<Float>.stride) {
      body($0.assumingMemoryBound(to: Float.self))
    }
  }
}
