import VectorInterface

/// A convolution by oneDNN, direct in all passes: those that are neither narrow nor wide enough for
/// Winograd's algorithm, 1 × 1 ones above all.
final class OneDNNConvolution: Convolution {
  let shape: ConvolutionShape
  private let scratch: [WorkerScratch]
  private let forwardPass: OneDNNPrimitive
  private let weights: PackedWeights
  private let bias: PackedWeights
  private let dataPass: (primitive: OneDNNPrimitive, weights: PackedWeights)?
  private let weightPass: OneDNNPrimitive?
  /// Weights in oneDNN's layout, then the padded bias.
  let gradientCount: Int
  let gradientMap: [Int32]
  let gradientBiasStart: Int

  init(
    _ shape: ConvolutionShape, compute: Compute, engine: OneDNNEngine, backward: Bool,
    needsInputGradient: Bool
  ) throws(KernelError) {
    self.shape = shape
    scratch = compute.scratch
    let descriptors = try ConvolutionDescriptors(
      shape: shape, precision: compute.precision, lanes: compute.lanes)
    forwardPass = try descriptors.forward(engine)
    weights = try descriptors.packedWeights(of: forwardPass)
    bias = descriptors.packedBias()
    if needsInputGradient {
      let primitive = try descriptors.backwardData(engine)
      dataPass = (primitive, try descriptors.packedWeights(of: primitive))
    } else {
      dataPass = nil
    }
    if backward {
      let primitive = try descriptors.backwardWeights(engine)
      weightPass = primitive
      gradientMap = try descriptors.gradientMap(of: primitive)
    } else {
      weightPass = nil
      gradientMap = []
    }
    gradientBiasStart = descriptors.storedWeights
    gradientCount = backward ? descriptors.storedWeights + descriptors.storedOutputs : 0
  }

  var usesLibrary: Bool { true }

  func load(weights: Floats, bias: Floats) {
    self.weights.load(weights)
    self.bias.load(bias)
    dataPass?.weights.load(weights)
  }

  func forward(worker: Int, x: Map, output: MutableMap) {
    scratch[worker].lend(bytes: forwardPass.scratchBytes) { memory in
      forwardPass.execute(
        worker: worker, MutableMap(mutating: x), weights.memory, output, bias.memory,
        scratch: memory)
    }
  }

  func backwardData(worker: Int, gradient: Map, inputGradient: MutableMap) {
    guard let dataPass else { return }
    scratch[worker].lend(bytes: dataPass.primitive.scratchBytes) { memory in
      dataPass.primitive.execute(
        worker: worker, MutableMap(mutating: gradient), dataPass.weights.memory, inputGradient,
        nil, scratch: memory)
    }
  }

  func backwardWeights(worker: Int, x: Map, gradient: Map, into values: MutableFloats) {
    guard let weightPass else { return }
    scratch[worker].lend(bytes: weightPass.scratchBytes) { memory in
      weightPass.execute(
        worker: worker, MutableMap(mutating: x), MutableMap(mutating: gradient),
        MutableMap(values), MutableMap(values + gradientBiasStart), scratch: memory)
    }
  }
}
