internal import COneDNN

/// oneDNN descriptors of one convolution: blocked activations, weights as oneDNN likes them.
struct ConvolutionDescriptors {
  private var source: dnnl_memory_desc_t
  private var weights: dnnl_memory_desc_t
  private var bias: dnnl_memory_desc_t
  private var destination: dnnl_memory_desc_t
  private let padding: [dnnl_dim_t]
  private let strides: [dnnl_dim_t] = [1, 1]

  init(shape: ConvolutionShape, lanes: Int) throws(KernelError) {
    let blocked = lanes == 16 ? dnnl_aBcd16b : dnnl_aBcd8b
    let inputs = shape.storedInputChannels(lanes: lanes)
    let outputs = shape.storedOutputChannels(lanes: lanes)
    source = try Self.descriptor(
      [1, inputs, shape.height, shape.width], shape.isPlane(shape.inputParts) ? dnnl_abcd : blocked)
    weights = try Self.descriptor(
      [outputs, inputs, shape.kernel, shape.kernel], dnnl_format_tag_any)
    bias = try Self.descriptor([outputs], dnnl_a)
    destination = try Self.descriptor([1, outputs, shape.height, shape.width], blocked)
    padding = [dnnl_dim_t](repeating: dnnl_dim_t(shape.kernel / 2), count: 2)
  }

  private static func descriptor(
    _ dimensions: [Int], _ tag: dnnl_format_tag_t
  ) throws(KernelError) -> dnnl_memory_desc_t {
    var descriptor = dnnl_memory_desc_t()
    let status = dnnl_memory_desc_init_by_tag(
      &descriptor, Int32(dimensions.count), dimensions.map { dnnl_dim_t($0) }, dnnl_f32, tag)
    try checked("dnnl_memory_desc_init_by_tag", status)
    return descriptor
  }

  func forward(
    _ engine: OneDNNEngine, _ algorithm: dnnl_alg_kind_t = dnnl_convolution_direct
  ) throws(KernelError) -> dnnl_primitive_desc_t {
    var operation = dnnl_convolution_desc_t()
    var (x, w, b, y) = (source, weights, bias, destination)
    try checked(
      "dnnl_convolution_forward_desc_init",
      dnnl_convolution_forward_desc_init(
        &operation, dnnl_forward_training, algorithm, &x, &w, &b, &y, strides,
        padding, padding))
    return try Self.primitiveDescriptor(engine, &operation, hint: nil)
  }

  func backwardData(
    _ engine: OneDNNEngine, _ algorithm: dnnl_alg_kind_t, hint: dnnl_primitive_desc_t
  ) throws(KernelError) -> dnnl_primitive_desc_t {
    var operation = dnnl_convolution_desc_t()
    var (x, w, y) = (source, weights, destination)
    try checked(
      "dnnl_convolution_backward_data_desc_init",
      dnnl_convolution_backward_data_desc_init(
        &operation, algorithm, &x, &w, &y, strides, padding, padding))
    return try Self.primitiveDescriptor(engine, &operation, hint: hint)
  }

  func backwardWeights(
    _ engine: OneDNNEngine, _ algorithm: dnnl_alg_kind_t, hint: dnnl_primitive_desc_t
  ) throws(KernelError) -> dnnl_primitive_desc_t {
    var operation = dnnl_convolution_desc_t()
    var (x, w, b, y) = (source, weights, bias, destination)
    try checked(
      "dnnl_convolution_backward_weights_desc_init",
      dnnl_convolution_backward_weights_desc_init(
        &operation, algorithm, &x, &w, &b, &y, strides, padding, padding))
    return try Self.primitiveDescriptor(engine, &operation, hint: hint)
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
}
