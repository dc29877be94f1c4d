internal import COneDNN
import VectorInterface

/// Forward or data pass by oneDNN.
final class OneDNNPass: ConvolutionPass {
  private let primitive: OneDNNPrimitive
  private let weights: PackedWeights
  /// Forward only.
  private let bias: PackedWeights?

  var scratchBytes: Int { primitive.scratchBytes }
  var implementation: String { primitive.implementation }

  /// output = x ∗ weights + bias.
  static func forward(
    _ engine: OneDNNEngine, _ descriptors: ConvolutionDescriptors
  ) throws(KernelError) -> OneDNNPass {
    let primitive = try OneDNNPrimitive(
      engine: engine, descriptor: descriptors.forward(engine),
      arguments: [
        .init(kind: DNNL_ARG_SRC, query: dnnl_query_src_md),
        .init(kind: DNNL_ARG_WEIGHTS, query: dnnl_query_weights_md),
        .init(kind: DNNL_ARG_DST, query: dnnl_query_dst_md),
        .init(kind: DNNL_ARG_BIAS, query: dnnl_query_weights_md, index: 1),
      ])
    let bias = PackedWeights(
      map: (0..<descriptors.shape.outputChannels).map { Int32($0) },
      count: descriptors.storedOutputs)
    return try OneDNNPass(primitive, descriptors, bias: bias)
  }

  /// The gradient of the input from that of the output.
  static func data(
    _ engine: OneDNNEngine, _ descriptors: ConvolutionDescriptors
  ) throws(KernelError) -> OneDNNPass {
    let primitive = try OneDNNPrimitive(
      engine: engine, descriptor: descriptors.backwardData(engine),
      arguments: [
        .init(kind: DNNL_ARG_DIFF_DST, query: dnnl_query_diff_dst_md),
        .init(kind: DNNL_ARG_WEIGHTS, query: dnnl_query_weights_md),
        .init(kind: DNNL_ARG_DIFF_SRC, query: dnnl_query_diff_src_md),
      ])
    return try OneDNNPass(primitive, descriptors, bias: nil)
  }

  private init(
    _ primitive: OneDNNPrimitive, _ descriptors: ConvolutionDescriptors, bias: PackedWeights?
  ) throws(KernelError) {
    self.primitive = primitive
    self.bias = bias
    weights = PackedWeights(
      map: try descriptors.map(primitive.memoryDescriptor(dnnl_query_weights_md)),
      count: descriptors.storedWeights, precision: descriptors.precision)
  }

  func load(weights: Floats, bias: Floats) {
    self.weights.load(weights)
    self.bias?.load(bias)
  }

  func run(
    worker: Int, _ source: Map, into destination: MutableMap, scratch: UnsafeMutableRawPointer
  ) {
    primitive.execute(
      worker: worker, MutableMap(mutating: source), weights.memory, destination, bias?.memory,
      scratch: scratch)
  }
}

/// Weight gradient by oneDNN: weights in its layout, then the padded bias.
final class OneDNNWeightGradient: WeightGradientPass {
  private let primitive: OneDNNPrimitive
  let weightMap: [Int32]
  let biasStart: Int
  let count: Int

  var scratchBytes: Int { primitive.scratchBytes }
  var implementation: String { primitive.implementation }

  init(_ engine: OneDNNEngine, _ descriptors: ConvolutionDescriptors) throws(KernelError) {
    primitive = try OneDNNPrimitive(
      engine: engine, descriptor: descriptors.backwardWeights(engine),
      arguments: [
        .init(kind: DNNL_ARG_SRC, query: dnnl_query_src_md),
        .init(kind: DNNL_ARG_DIFF_DST, query: dnnl_query_diff_dst_md),
        .init(kind: DNNL_ARG_DIFF_WEIGHTS, query: dnnl_query_diff_weights_md),
        .init(kind: DNNL_ARG_DIFF_BIAS, query: dnnl_query_diff_weights_md, index: 1),
      ])
    weightMap = try descriptors.map(primitive.memoryDescriptor(dnnl_query_diff_weights_md))
    biasStart = descriptors.storedWeights
    count = biasStart + descriptors.storedOutputs
  }

  func run(
    worker: Int, x: Map, gradient: Map, into values: MutableFloats,
    scratch: UnsafeMutableRawPointer
  ) {
    primitive.execute(
      worker: worker, MutableMap(mutating: x), MutableMap(mutating: gradient), MutableMap(values),
      MutableMap(values + biasStart), scratch: scratch)
  }
}
