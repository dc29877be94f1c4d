/// An operation without weights of its own, planned: it makes a convolution's input, or a part of
/// it, from a map that is stored.
protocol Preparation: AnyObject {
  var input: FeatureMap { get }
  var output: FeatureMap { get }
  /// Whether the output's gradient lives for one stage only, in the worker's memory.
  var hasTransientGradient: Bool { get }

  /// Whether the output is stored, in the worker's memory, for the stage that wants it.
  var storesOutput: Bool { get }

  func forward(at place: Place)

  /// From the output's gradient to that of the input.
  func backward(at place: Place)
}
