import Kernels
import Tensors

extension NetworkRunner {
  /// Memory that this runner fills once all its images have gone through.
  public var reservedBytes: Int {
    let planes =
      inputs.byteCount + logits.byteCount + logitGradients.byteCount + features.byteCount
      + featureGradients.byteCount
    return activations.byteCount + planes + gradients.byteCount
      + workers.reduce(0) { $0 + $1.maps.byteCount + $1.gradientBuffer.byteCount }
      + stages.reduce(0) {
        $0 + $1.convolution.reservedBytes + ($1.normalization?.reservedBytes ?? 0)
      }
  }

  /// What `reservedBytes` of a runner would be, without making it.
  ///
  /// - Parameters: as `init`.
  public static func plannedBytes(
    compute: Compute, network: UNet, mode: Mode, capacity: Int, groups: Int = 1
  ) throws(KernelError) -> Int {
    let graph = network.graph
    let backward = mode == .training
    let stages = try graph.stages(
      upTo: backward ? graph.operations.count : graph.projectorStart, compute: compute,
      backward: backward, groups: groups, batchImages: 0)
    let plan = ActivationPlan(
      graph: graph, stages: stages, lanes: compute.lanes, backward: backward)
    let pixels = graph.imageSize * graph.imageSize
    let classes = graph.logits?.channels ?? 0
    let features = (graph.features?.channels ?? 0) * pixels / 16
    let floats = [
      pixels, classes * pixels, backward ? classes * pixels : 0, backward ? features : 0,
      backward ? features : 0,
    ]
    let gradientCount = stages.map(\.convolution.convolution.gradientCount).max() ?? 0
    let worker =
      AlignedBuffer<UInt8>.byteCount(of: plan.workerCount * compute.maps.valueBytes)
      + AlignedBuffer<Float>.byteCount(of: gradientCount)
    let images = mode == .evaluation ? 0 : capacity
    return AlignedBuffer<UInt8>.byteCount(
      of: capacity * plan.imageCount * compute.maps.valueBytes)
      + floats.reduce(0) { $0 + AlignedBuffer<Float>.byteCount(of: capacity * $1) }
      + AlignedBuffer<Int64>.byteCount(of: backward ? graph.layout.parameterCount : 0)
      + compute.pool.count * worker
      + stages.reduce(0) {
        $0 + $1.convolution.reservedBytes + ($1.normalization?.keptBytes(of: images) ?? 0)
      }
  }
}
