internal import COneDNN

/// oneDNN descriptors of one convolution: blocked activations, weights as oneDNN likes them.
struct ConvolutionDescriptors {
  private let shape: ConvolutionShape
  private let precision: Precision
  /// Values of weights and bias, padded to whole blocks of channels.
  let storedWeights: Int
  let storedOutputs: Int
  private let inputPositions: [Int]
  private var source: dnnl_memory_desc_t
  private var weights: dnnl_memory_desc_t
  private var weightGradient: dnnl_memory_desc_t
  private var bias: dnnl_memory_desc_t
  private var destination: dnnl_memory_desc_t
  private let padding: [dnnl_dim_t]
  private let strides: [dnnl_dim_t] = [1, 1]

  init(shape: ConvolutionShape, precision: Precision, lanes: Int) throws(KernelError) {
    self.shape = shape
    self.precision = precision
    let blocked = lanes == 16 ? dnnl_aBcd16b : dnnl_aBcd8b
    let type = precision == .fp32 ? dnnl_f32 : dnnl_bf16
    let inputs = shape.storedInputChannels(lanes: lanes)
    let outputs = shape.storedOutputChannels(lanes: lanes)
    source = try Self.descriptor(
      [1, inputs, shape.height, shape.width], blocked, type)
    weights = try Self.descriptor(
      [outputs, inputs, shape.kernel, shape.kernel], dnnl_format_tag_any, type)
    weightGradient = try Self.descriptor(
      [outputs, inputs, shape.kernel, shape.kernel], dnnl_format_tag_any, dnnl_f32)
    bias = try Self.descriptor([outputs], dnnl_a, dnnl_f32)
    destination = try Self.descriptor([1, outputs, shape.height, shape.width], blocked, type)
    storedOutputs = outputs
    storedWeights = outputs * inputs * shape.kernel * shape.kernel
    inputPositions = shape.storedInputPositions(lanes: lanes)
    padding = [dnnl_dim_t](repeating: dnnl_dim_t(shape.kernel / 2), count: 2)
  }

  private static func descriptor(
    _ dimensions: [Int], _ tag: dnnl_format_tag_t, _ type: dnnl_data_type_t
  ) throws(KernelError) -> dnnl_memory_desc_t {
    var descriptor = dnnl_memory_desc_t()
    let status = dnnl_memory_desc_init_by_tag(
      &descriptor, Int32(dimensions.count), dimensions.map { dnnl_dim_t($0) }, type, tag)
    try checked("dnnl_memory_desc_init_by_tag", status)
    return descriptor
  }

  // MARK: Passes

  func forward(_ engine: OneDNNEngine) throws(KernelError) -> OneDNNPrimitive {
    try OneDNNPrimitive(
      engine: engine, descriptor: forwardDescriptor(engine),
      arguments: [
        .init(kind: DNNL_ARG_SRC, query: dnnl_query_src_md),
        .init(kind: DNNL_ARG_WEIGHTS, query: dnnl_query_weights_md),
        .init(kind: DNNL_ARG_DST, query: dnnl_query_dst_md),
        .init(kind: DNNL_ARG_BIAS, query: dnnl_query_weights_md, index: 1),
      ])
  }

  /// The gradient of the input from that of the output.
  func backwardData(_ engine: OneDNNEngine) throws(KernelError) -> OneDNNPrimitive {
    let hint = try forwardDescriptor(engine)
    defer { dnnl_primitive_desc_destroy(hint) }
    var operation = dnnl_convolution_desc_t()
    var (x, w, y) = (source, weights, destination)
    try checked(
      "dnnl_convolution_backward_data_desc_init",
      dnnl_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, &x, &w, &y, strides, padding, padding))
    return try OneDNNPrimitive(
      engine: engine, descriptor: Self.primitiveDescriptor(engine, &operation, hint: hint),
      arguments: [
        .init(kind: DNNL_ARG_DIFF_DST, query: dnnl_query_diff_dst_md),
        .init(kind: DNNL_ARG_WEIGHTS, query: dnnl_query_weights_md),
        .init(kind: DNNL_ARG_DIFF_SRC, query: dnnl_query_diff_src_md),
      ])
  }

  func backwardWeights(_ engine: OneDNNEngine) throws(KernelError) -> OneDNNPrimitive {
    let hint = try forwardDescriptor(engine)
    defer { dnnl_primitive_desc_destroy(hint) }
    var operation = dnnl_convolution_desc_t()
    var (x, w, b, y) = (source, weightGradient, bias, destination)
    try checked(
      "dnnl_convolution_backward_weights_desc_init",
      dnnl_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, &x, &w, &b, &y, strides, padding, padding))
    return try OneDNNPrimitive(
      engine: engine, descriptor: Self.primitiveDescriptor(engine, &operation, hint: hint),
      arguments: [
        .init(kind: DNNL_ARG_SRC, query: dnnl_query_src_md),
        .init(kind: DNNL_ARG_DIFF_DST, query: dnnl_query_diff_dst_md),
        .init(kind: DNNL_ARG_DIFF_WEIGHTS, query: dnnl_query_diff_weights_md),
        .init(kind: DNNL_ARG_DIFF_BIAS, query: dnnl_query_diff_weights_md, index: 1),
      ])
  }

  private func forwardDescriptor(
    _ engine: OneDNNEngine
  ) throws(KernelError) -> dnnl_primitive_desc_t {
    var operation = dnnl_convolution_desc_t()
    var (x, w, b, y) = (source, weights, bias, destination)
    try checked(
      "dnnl_convolution_forward_desc_init",
      dnnl_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, &x, &w, &b, &y, strides,
        padding, padding))
    return try Self.primitiveDescriptor(engine, &operation, hint: nil)
  }

  private static func primitiveDescriptor(
    _ engine: OneDNNEngine, _ operation: inout dnnl_convolution_desc_t,
    hint: dnnl_primitive_desc_t?
  ) throws(KernelError) -> dnnl_primitive_desc_t {
    var attributes: dnnl_primitive_attr_t?
    try checked("dnnl_primitive_attr_create", dnnl_primitive_attr_create(&attributes))
    defer { dnnl_primitive_attr_destroy(attributes) }
    try checked(
      "dnnl_primitive_attr_set_scratchpad_mode",
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user))
    var descriptor: dnnl_primitive_desc_t?
    try checked(
      "dnnl_primitive_desc_create",
      dnnl_primitive_desc_create(&descriptor, &operation, attributes, engine.handle, hint))
    guard let descriptor else { throw KernelError("oneDNN: no primitive descriptor") }
    return descriptor
  }

  // MARK: Weights

  /// Room for the weights in the layout that the forward or data pass chose.
  func packedWeights(of pass: OneDNNPrimitive) throws(KernelError) -> PackedWeights {
    PackedWeights(
      map: try map(pass.memoryDescriptor(dnnl_query_weights_md)), count: storedWeights,
      precision: precision)
  }

  func packedBias() -> PackedWeights {
    PackedWeights(map: (0..<shape.outputChannels).map { Int32($0) }, count: storedOutputs)
  }

  /// Where each weight of [O, I, k, k] lies in the gradient that the weight pass writes.
  func gradientMap(of pass: OneDNNPrimitive) throws(KernelError) -> [Int32] {
    try map(pass.memoryDescriptor(dnnl_query_diff_weights_md))
  }

  private func map(_ weights: dnnl_memory_desc_t) throws(KernelError) -> [Int32] {
    try WeightLayout(weights).map(shape, inputPositions)
  }
}
