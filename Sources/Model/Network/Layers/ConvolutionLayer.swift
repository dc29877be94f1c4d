import Kernels
import Tensors
import VectorInterface

/// k × k convolution with bias: stride 1, padded with zeros to keep the size.
public struct ConvolutionLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
  public let kernel: Int
  /// Indices into `ParameterLayout.parameters`.
  package let weight: Int
  package let bias: Int

  var shape: ConvolutionShape {
    ConvolutionShape(
      inputParts: input.parts, outputChannels: output.channels, height: input.height,
      width: input.width, kernel: kernel, inputIsPlanes: input.isPlanes,
      outputIsPlanes: output.isPlanes)
  }

  /// The network's input has no gradient.
  var hasInputGradient: Bool { input.storage != nil }
}

extension NetworkGraph {
  /// Appends a convolution with the parameters `name`.weight [channels, input channels, kernel,
  /// kernel] and `name`.bias [channels].
  mutating func convolve(
    _ input: FeatureMap, to channels: Int, kernel: Int, name: String, asPlanes: Bool = false
  ) -> FeatureMap {
    let fanIn = input.channels * kernel * kernel
    var output = reserve(channels: channels, size: input.height)
    output.isPlanes = asPlanes
    let weight = layout.add(
      name + ".weight", [channels, input.channels, kernel, kernel], .uniform(fanIn: fanIn))
    let bias = layout.add(name + ".bias", [channels], .uniform(fanIn: fanIn))
    operations.append(
      .convolution(
        ConvolutionLayer(input: input, output: output, kernel: kernel, weight: weight, bias: bias)))
    return output
  }
}

/// A convolution as a runner has planned it. Kept of a pass: its output, in the image's memory, and
/// the exact sums of its weight gradients.
final class PlannedConvolution {
  let layer: ConvolutionLayer
  /// Index among the graph's operations.
  let operation: Int
  let convolution: any Convolution
  private let kernels: any VectorKernels.Type
  private let weight: ParameterSlot
  private let bias: ParameterSlot
  private let workers: Int
  /// [workers][weights, bias] in units of `FixedPoint.gradients`.
  private let sums: AlignedBuffer<Int64>

  init(
    _ layer: ConvolutionLayer, operation: Int, layout: ParameterLayout, compute: Compute,
    backward: Bool
  ) throws(KernelError) {
    self.layer = layer
    self.operation = operation
    convolution = try compute.plan(
      layer.shape, backward: backward, needsInputGradient: layer.hasInputGradient)
    kernels = compute.kernels
    weight = layout.parameters[layer.weight]
    bias = layout.parameters[layer.bias]
    workers = compute.pool.count
    sums = AlignedBuffer(count: workers * convolution.gradientCount)
  }

  /// Of the workers' sums.
  var reservedBytes: Int { sums.byteCount }

  /// Index of the first weight in the parameter arena.
  var firstParameter: Int { weight.offset }

  /// Takes the weights over from the arena.
  func load(_ parameters: Floats) {
    convolution.load(weights: parameters + weight.offset, bias: parameters + bias.offset)
  }

  // MARK: Passes

  /// - Parameter moments: where those of the output are added.
  func forward(at place: Place, moments: Moments?) {
    place.measure(.forward, operation) {
      convolution.forward(
        worker: place.worker, x: place.stage.inputValues(at: place),
        output: place.activation(layer.output), moments: moments)
    }
  }

  /// From the output's gradient to that of the input, and one image more in the exact sums.
  func backward(at place: Place) {
    let gradient = place.stage.outputGradient(at: place)
    let values = place.area.gradientBuffer.baseAddress
    place.measure(.weightGradient, operation) {
      convolution.backwardWeights(
        worker: place.worker, x: place.stage.inputValues(at: place), gradient: gradient,
        into: values)
    }
    place.measure(.exactSums, operation) { addExactly(Floats(values), at: place) }
    guard layer.hasInputGradient else { return }
    place.measure(.inputGradient, operation) {
      guard let activation = place.stage.soleActivation else {
        return backwardData(gradient, at: place, step: nil)
      }
      activation.addProjections(at: place) { backwardData(gradient, at: place, step: $0) }
    }
  }

  /// - Parameter step: from the input's gradient to that of the value before its activation.
  private func backwardData(
    _ gradient: ConvolutionInput, at place: Place, step: ActivationGradient?
  ) {
    convolution.backwardData(
      worker: place.worker, gradient: gradient, inputGradient: place.gradient(layer.input),
      step: step)
  }

  /// Rounds one image's weight gradient and adds it to the worker's sums. The bits of the total
  /// depend on the images alone: not on the worker, not on the order.
  private func addExactly(_ values: Floats, at place: Place) {
    let count = convolution.gradientCount
    let accepted = FixedPoint.gradients.add(
      values, count: count, terms: place.batch.globalCount,
      to: sums.baseAddress + place.worker * count, kernels: kernels)
    if !accepted { place.runner.noteOffender(gradientOf: operation) }
  }

  /// Writes the sums of all workers as gradients in the published layout, and clears them.
  func collectGradient(into gradients: UnsafeMutablePointer<Int64>) {
    let count = convolution.gradientCount
    let biasStart = convolution.gradientBiasStart
    let weightTarget = gradients + weight.offset
    let biasTarget = gradients + bias.offset
    for worker in 1..<max(workers, 1) {
      let source = sums.baseAddress + worker * count
      for index in 0..<count { sums.baseAddress[index] &+= source[index] }
      source.update(repeating: 0, count: count)
    }
    for (index, place) in convolution.gradientMap.enumerated() {
      weightTarget[index] = sums.baseAddress[Int(place)]
    }
    for index in 0..<bias.count { biasTarget[index] = sums.baseAddress[biasStart + index] }
    sums.baseAddress.update(repeating: 0, count: count)
  }
}
