import VectorInterface

/// A convolution on one image, by the algorithm that is the fastest for its shape, with its weights
/// in the layouts that its passes want. Safe to run on every worker at the same time.
///
/// Maps are blocked (see `MapKernels`) or planes of Float, as the shape says; an input of planes has one
/// part and no activation. A pass that was not
/// planned does nothing.
public protocol Convolution: AnyObject {
  var shape: ConvolutionShape { get }

  /// Takes over weights [O, I, k, k] and bias [O]. Call after each change of them.
  func load(weights: Floats, bias: Floats)

  /// output = x ∗ weights + bias; adds the moments of an output that is a map.
  func forward(
    worker: Int, x: ConvolutionInput, output: MutableMap, moments: Moments?)

  /// The gradient of the input: written where it is a map, added where it is planes.
  /// - Parameter step: what that gradient, of an activation, becomes before it is stored.
  func backwardData(
    worker: Int, gradient: ConvolutionInput, inputGradient: MutableMap, step: ActivationGradient?)

  /// Values that `backwardWeights` writes.
  var gradientCount: Int { get }
  /// Index of each weight of [O, I, k, k] among them, and of the first bias.
  var gradientMap: [Int32] { get }
  var gradientBiasStart: Int { get }

  /// The gradients of weights and bias, written.
  func backwardWeights(
    worker: Int, x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats)
}
