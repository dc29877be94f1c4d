import VectorInterface

/// Everything a process computes with: its threads, the vector kernels, and scratch memory for each
/// worker. Made once; networks and losses borrow it.
public final class Compute {
  public let unit: VectorUnit
  public let kernels: any VectorKernels.Type
  public let precision: Precision
  /// Kernels on feature maps of this precision.
  public let maps: any MapKernels.Type
  public let pool: WorkerPool
  /// Channels in a block.
  public let lanes: Int
  /// One for each worker.
  let scratch: [WorkerScratch]

  public init(threads: Int, precision: Precision = .fp32) throws(KernelError) {
    pool = WorkerPool(count: threads)
    unit = try VectorUnit.detect()
    kernels = unit.kernels
    self.precision = precision
    maps = unit.mapKernels(precision)
    lanes = maps.lanes
    scratch = (0..<pool.count).map { _ in WorkerScratch() }
  }

  /// Plans one convolution by the algorithm that its shape asks for: a rule, not a trial at run time,
  /// since the algorithm decides bits.
  /// - Parameters:
  ///   - backward: whether there are backward passes.
  ///   - needsInputGradient: whether there is one for the input.
  public func plan(
    _ shape: ConvolutionShape, backward: Bool, needsInputGradient: Bool
  ) throws(KernelError) -> any Convolution {
    let dataPass = backward && needsInputGradient
    if shape.isNarrow {
      return try NarrowConvolution(
        shape, compute: self, backward: backward, needsInputGradient: dataPass)
    }
    switch shape.kernel {
    case 1:
      return PointwiseConvolution(
        shape, compute: self, backward: backward, needsInputGradient: dataPass)
    case 3:
      return WinogradConvolution(
        shape, compute: self, backward: backward, needsInputGradient: dataPass)
    default:
      throw KernelError("a kernel of \(shape.kernel) cannot be planned: it must be 1 or 3")
    }
  }
}
