import Kernels
import Tensors
import VectorInterface

/// One convolution of a runner: its primitives, its weights in the layouts they want, and the exact
/// sums of its weight gradients, one set for each worker.
final class PackedConvolution {
  let layer: ConvolutionLayer
  let plan: ConvolutionPlan
  private let weight: ParameterSlot
  private let bias: ParameterSlot
  private let forwardWeights: AlignedBuffer<Float>
  private let dataWeights: AlignedBuffer<Float>
  private let packedBias: AlignedBuffer<Float>
  /// [workers][weights, bias] in units of `FixedPoint.gradients`.
  private let sums: AlignedBuffer<Int64>
  private let workers: Int

  init(layer: ConvolutionLayer, plan: ConvolutionPlan, layout: ParameterLayout, workers: Int) {
    self.layer = layer
    self.plan = plan
    self.workers = workers
    weight = layout.parameters[layer.weight]
    bias = layout.parameters[layer.bias]
    forwardWeights = AlignedBuffer(count: plan.packedCount)
    dataWeights = AlignedBuffer(count: plan.dataMap.isEmpty ? 0 : plan.packedCount)
    packedBias = AlignedBuffer(count: plan.packedBiasCount)
    sums = AlignedBuffer(count: plan.weightMap.isEmpty ? 0 : workers * Self.sumCount(plan))
  }

  private static func sumCount(_ plan: ConvolutionPlan) -> Int {
    plan.packedCount + plan.packedBiasCount
  }

  /// Copies the published layout into the packed ones; padding stays zero.
  func load(_ parameters: Floats) {
    let source = parameters + weight.offset
    for (index, place) in plan.forwardMap.enumerated() {
      forwardWeights.baseAddress[Int(place)] = source[index]
    }
    for (index, place) in plan.dataMap.enumerated() {
      dataWeights.baseAddress[Int(place)] = source[index]
    }
    packedBias.baseAddress.update(from: parameters + bias.offset, count: bias.count)
  }

  func forward(worker: Int, x: Floats, output: MutableFloats, scratch: UnsafeMutableRawPointer) {
    plan.forward(
      worker: worker, x: x, weights: Floats(forwardWeights.baseAddress),
      bias: Floats(packedBias.baseAddress), output: output, scratch: scratch)
  }

  func backwardData(
    worker: Int, gradient: Floats, inputGradient: MutableFloats, scratch: UnsafeMutableRawPointer
  ) {
    plan.backwardData(
      worker: worker, gradient: gradient, weights: Floats(dataWeights.baseAddress),
      inputGradient: inputGradient, scratch: scratch)
  }

  /// One image's weight and bias gradient.
  /// - Parameter buffer: written, `packedCount + packedBiasCount` values of the worker's own.
  func weightGradient(
    worker: Int, x: Floats, gradient: Floats, buffer: MutableFloats,
    scratch: UnsafeMutableRawPointer
  ) {
    plan.backwardWeights(
      worker: worker, x: x, gradient: gradient, weightGradient: buffer,
      biasGradient: buffer + plan.packedCount, scratch: scratch)
  }

  /// Adds what `weightGradient` wrote to the worker's exact sums.
  /// - Parameter terms: images over all ranks.
  /// - Returns: whether every term was finite and small enough.
  func addExactly(
    _ buffer: Floats, worker: Int, terms: Int, kernels: any VectorKernels.Type
  ) -> Bool {
    let count = Self.sumCount(plan)
    return FixedPoint.gradients.add(
      buffer, count: count, terms: terms, to: sums.baseAddress + worker * count,
      kernels: kernels)
  }

  /// Writes the sums of all workers in the published layout and clears them.
  func collectGradient(into gradients: UnsafeMutablePointer<Int64>) {
    let count = Self.sumCount(plan)
    let weightTarget = gradients + weight.offset
    let biasTarget = gradients + bias.offset
    for worker in 0..<workers {
      let source = sums.baseAddress + worker * count
      if worker == 0 {
        for (index, place) in plan.weightMap.enumerated() {
          weightTarget[index] = source[Int(place)]
        }
        for index in 0..<bias.count { biasTarget[index] = source[plan.packedCount + index] }
      } else {
        for (index, place) in plan.weightMap.enumerated() {
          weightTarget[index] &+= source[Int(place)]
        }
        for index in 0..<bias.count { biasTarget[index] &+= source[plan.packedCount + index] }
      }
      source.update(repeating: 0, count: count)
    }
  }
}
