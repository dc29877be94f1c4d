import Kernels
import Network
import Tensors
import VectorInterface

/// Stochastic gradient descent with momentum and weight decay as PyTorch defines it:
/// g += λw; m = 0.9m + g; w −= ηm.
public final class MomentumOptimizer {
  public static let decay: Float = 0.9
  public let weightDecay: Float
  /// Laid out like the parameters.
  public let momentum: AlignedBuffer<Float>
  private let layout: ParameterLayout

  public init(layout: ParameterLayout, weightDecay: Double) {
    self.layout = layout
    self.weightDecay = Float(weightDecay)
    momentum = AlignedBuffer(count: layout.parameterCount)
  }

  /// One step.
  /// - Parameters:
  ///   - gradients: in units of `FixedPoint.gradients`, summed over all ranks.
  ///   - count: parameters that the phase's loss contains, the first of the arena; the others get
  ///     no gradient, momentum or decay.
  public func update(
    _ model: ModelState, gradients: UnsafePointer<Int64>, count: Int, learningRate: Double,
    compute: Compute
  ) {
    let kernels = compute.kernels
    let chunk = 1 << 16
    let rate = Float(learningRate)
    compute.pool.run((count + chunk - 1) / chunk) { _, index in
      let start = index * chunk
      kernels.updateWithMomentum(
        parameters: model.parameters.baseAddress + start, gradients: gradients + start,
        momentum: momentum.baseAddress + start, count: min(chunk, count - start),
        gradientUnit: 1 / FixedPoint.gradients.scale, learningRate: rate,
        weightDecay: weightDecay, decay: Self.decay)
    }
  }
}
