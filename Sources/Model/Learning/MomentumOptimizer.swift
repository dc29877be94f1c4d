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
  private var step: Step?
  private lazy var task = WorkerTask { [unowned self] _, index in update(chunk: index) }
  private static let chunkCount = 1 << 16

  /// The step that the threads work on.
  private struct Step {
    let model: ModelState
    let gradients: UnsafePointer<Int64>
    let count: Int
    let learningRate: Float
    let kernels: any VectorKernels.Type
  }

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
    step = Step(
      model: model, gradients: gradients, count: count, learningRate: Float(learningRate),
      kernels: compute.kernels)
    compute.pool.run((count + Self.chunkCount - 1) / Self.chunkCount, task)
    step = nil
  }

  private func update(chunk: Int) {
    guard let step else { return }
    let start = chunk * Self.chunkCount
    step.kernels.updateWithMomentum(
      parameters: step.model.parameters.baseAddress + start, gradients: step.gradients + start,
      momentum: momentum.baseAddress + start, count: min(Self.chunkCount, step.count - start),
      gradientUnit: 1 / FixedPoint.gradients.scale, learningRate: step.learningRate,
      weightDecay: weightDecay, decay: Self.decay)
  }
}
