import VectorInterface

/// One direction of a convolution on one image, forward or back to the input, with its weights in
/// the layout it wants. Safe to run on every worker at the same time.
protocol ConvolutionPass: AnyObject {
  /// Bytes of scratch that a worker must hand in.
  var scratchBytes: Int { get }
  /// What computes it, for logs and benchmarks.
  var implementation: String { get }

  /// Takes over weights [O, I, k, k] and bias [O].
  func load(weights: Floats, bias: Floats)

  func run(
    worker: Int, _ source: Map, into destination: MutableMap, scratch: UnsafeMutableRawPointer)
}

/// The gradients of a convolution's weights and bias on one image.
protocol WeightGradientPass: AnyObject {
  var scratchBytes: Int { get }
  var implementation: String { get }
  /// Values written.
  var count: Int { get }
  /// Index of weight i of [O, I, k, k] among them, and of the first bias.
  var weightMap: [Int32] { get }
  var biasStart: Int { get }

  func run(
    worker: Int, x: Map, gradient: Map, into values: MutableFloats,
    scratch: UnsafeMutableRawPointer)
}
