internal import COneDNN
import VectorInterface

/// The oneDNN primitives of one convolution on one image, and where each weight of the published
/// layout lies in the layouts that oneDNN prefers.
///
/// Images are blocked feature maps (see `VectorKernels`). Primitives are created on one OpenMP
/// thread with a scratchpad of the caller's, and may run on every worker at the same time.
public final class ConvolutionPlan {
  public let shape: ConvolutionShape
  private let forwardPrimitive: OneDNNPrimitive
  private let dataPrimitive: OneDNNPrimitive?
  private let weightPrimitive: OneDNNPrimitive?

  /// Index of weight i of [O, I, k, k] in the packed weights of each direction.
  public let forwardMap: [Int32]
  public let dataMap: [Int32]
  public let weightMap: [Int32]
  /// Values in packed weights (of any direction) and in the padded bias.
  public let packedCount: Int
  public let packedBiasCount: Int

  /// Bytes of scratch that a worker must hand in.
  public var scratchBytes: Int {
    max(
      forwardPrimitive.scratchBytes, dataPrimitive?.scratchBytes ?? 0,
      weightPrimitive?.scratchBytes ?? 0)
  }

  /// What oneDNN chose, for the log and the benchmark.
  public var implementations: [String] {
    [forwardPrimitive, dataPrimitive, weightPrimitive].compactMap { $0?.implementation }
  }

  init(
    engine: OneDNNEngine, shape: ConvolutionShape, lanes: Int, backward: Bool,
    needsInputGradient: Bool
  ) throws(KernelError) {
    self.shape = shape
    let descriptors = try ConvolutionDescriptors(shape: shape, lanes: lanes)
    let positions = shape.storedInputPositions(lanes: lanes)
    // A direct descriptor is the hint that backward descriptors want.
    let hint = try descriptors.forward(engine)
    defer { dnnl_primitive_desc_destroy(hint) }
    let forward = try Self.preferred(shape.prefersWinograd(.forward)) {
      algorithm throws(KernelError) in try descriptors.forward(engine, algorithm)
    }
    forwardPrimitive = try OneDNNPrimitive(
      engine: engine, descriptor: forward,
      arguments: [
        .init(kind: DNNL_ARG_SRC, query: dnnl_query_src_md),
        .init(kind: DNNL_ARG_WEIGHTS, query: dnnl_query_weights_md),
        .init(kind: DNNL_ARG_DST, query: dnnl_query_dst_md),
        .init(kind: DNNL_ARG_BIAS, query: dnnl_query_weights_md, index: 1),
      ])
    forwardMap = try WeightLayout(forwardPrimitive.memoryDescriptor(dnnl_query_weights_md))
      .map(shape, positions)
    packedBiasCount = shape.storedOutputChannels(lanes: lanes)
    packedCount =
      packedBiasCount * shape.storedInputChannels(lanes: lanes) * shape.kernel * shape.kernel
    guard backward else {
      (dataPrimitive, weightPrimitive, dataMap, weightMap) = (nil, nil, [], [])
      return
    }
    let weights = try OneDNNPrimitive(
      engine: engine,
      descriptor: Self.preferred(shape.prefersWinograd(.weights)) {
        algorithm throws(KernelError) in
        try descriptors.backwardWeights(engine, algorithm, hint: hint)
      },
      arguments: [
        .init(kind: DNNL_ARG_SRC, query: dnnl_query_src_md),
        .init(kind: DNNL_ARG_DIFF_DST, query: dnnl_query_diff_dst_md),
        .init(kind: DNNL_ARG_DIFF_WEIGHTS, query: dnnl_query_diff_weights_md),
        .init(kind: DNNL_ARG_DIFF_BIAS, query: dnnl_query_diff_weights_md, index: 1),
      ])
    weightMap = try WeightLayout(weights.memoryDescriptor(dnnl_query_diff_weights_md))
      .map(shape, positions)
    weightPrimitive = weights
    guard needsInputGradient else {
      (dataPrimitive, dataMap) = (nil, [])
      return
    }
    let data = try OneDNNPrimitive(
      engine: engine,
      descriptor: Self.preferred(shape.prefersWinograd(.data)) {
        algorithm throws(KernelError) in
        try descriptors.backwardData(engine, algorithm, hint: hint)
      },
      arguments: [
        .init(kind: DNNL_ARG_DIFF_DST, query: dnnl_query_diff_dst_md),
        .init(kind: DNNL_ARG_WEIGHTS, query: dnnl_query_weights_md),
        .init(kind: DNNL_ARG_DIFF_SRC, query: dnnl_query_diff_src_md),
      ])
    dataMap = try WeightLayout(data.memoryDescriptor(dnnl_query_weights_md)).map(shape, positions)
    dataPrimitive = data
  }

  /// Winograd's algorithm where it is preferred and there is one for this processor family.
  private static func preferred(
    _ winograd: Bool,
    _ descriptor: (dnnl_alg_kind_t) throws(KernelError) -> dnnl_primitive_desc_t
  ) throws(KernelError) -> dnnl_primitive_desc_t {
    if winograd, let found = try? descriptor(dnnl_convolution_winograd) { return found }
    return try descriptor(dnnl_convolution_direct)
  }

  /// output = x ∗ weights + bias.
  public func forward(
    worker: Int, x: Floats, weights: Floats, bias: Floats, output: MutableFloats,
    scratch: UnsafeMutableRawPointer
  ) {
    forwardPrimitive.execute(
      worker: worker, UnsafeMutableRawPointer(mutating: x),
      UnsafeMutableRawPointer(mutating: weights), output, UnsafeMutableRawPointer(mutating: bias),
      scratch: scratch)
  }

  /// The gradient of the input, written.
  public func backwardData(
    worker: Int, gradient: Floats, weights: Floats, inputGradient: MutableFloats,
    scratch: UnsafeMutableRawPointer
  ) {
    dataPrimitive?.execute(
      worker: worker, UnsafeMutableRawPointer(mutating: gradient),
      UnsafeMutableRawPointer(mutating: weights), inputGradient, nil, scratch: scratch)
  }

  /// The gradients of weights and bias, written.
  public func backwardWeights(
    worker: Int, x: Floats, gradient: Floats, weightGradient: MutableFloats,
    biasGradient: MutableFloats, scratch: UnsafeMutableRawPointer
  ) {
    weightPrimitive?.execute(
      worker: worker, UnsafeMutableRawPointer(mutating: x),
      UnsafeMutableRawPointer(mutating: gradient), weightGradient, biasGradient, scratch: scratch)
  }
}
