import Kernels
import Tensors
import VectorInterface

/// One convolution of a runner, and the exact sums of its weight gradients, one set for each worker.
final class PackedConvolution {
  let convolution: Convolution
  private let weight: ParameterSlot
  private let bias: ParameterSlot
  /// [workers][weights, bias] in units of `FixedPoint.gradients`.
  private let sums: AlignedBuffer<Int64>
  private let workers: Int

  init(
    layer: ConvolutionLayer, convolution: Convolution, layout: ParameterLayout, workers: Int
  ) {
    self.convolution = convolution
    self.workers = workers
    weight = layout.parameters[layer.weight]
    bias = layout.parameters[layer.bias]
    sums = AlignedBuffer(count: workers * convolution.gradientCount)
  }

  /// Of the workers' sums.
  var reservedBytes: Int { sums.byteCount }

  /// Takes the weights over from the arena.
  func load(_ parameters: Floats) {
    convolution.load(weights: parameters + weight.offset, bias: parameters + bias.offset)
  }

  /// Adds one image's weight gradient to the worker's exact sums.
  /// - Parameter terms: images over all ranks.
  /// - Returns: whether every term was finite and small enough.
  func addExactly(
    _ buffer: Floats, worker: Int, terms: Int, kernels: any VectorKernels.Type
  ) -> Bool {
    let count = convolution.gradientCount
    return FixedPoint.gradients.add(
      buffer, count: count, terms: terms, to: sums.baseAddress + worker * count,
      kernels: kernels)
  }

  /// Index of the first weight in the parameter arena.
  var firstParameter: Int { weight.offset }

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
