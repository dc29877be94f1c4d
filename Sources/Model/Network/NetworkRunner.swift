import Kernels
import Synchronization
import Tensors
import VectorInterface

/// Runs a network on the images of one rank, image by image between the batch norms, which are the
/// only places where images meet. Memory is reserved once, at planning; see `Stage` for what of it
/// is kept.
public final class NetworkRunner {
  public enum Mode: Sendable {
    /// Batch statistics, and everything a backward pass needs is kept.
    case training
    /// Batch statistics, forward only, without the projector: the teacher.
    case batchStatistics
    /// Running statistics, forward only, without the projector.
    case evaluation
  }

  public let graph: NetworkGraph
  public let mode: Mode
  public let capacity: Int
  let compute: Compute
  let maps: any MapKernels.Type
  let operationCount: Int
  let stages: [Stage]
  let activationPlan: ActivationPlan
  let activations: AlignedBuffer<UInt8>
  let workers: [RunnerWorker]
  /// Time by operation; for benchmarks.
  public let profile: WorkProfile
  private(set) lazy var tasks = Tasks(self)
  /// Index of the first operation whose numbers were not finite or too large, `Int.max` if none.
  let offender = Atomic<Int>(.max)

  /// [capacity][imageSize²], the network's input: filled by the caller.
  public let inputs: AlignedBuffer<Float>
  /// [capacity][classes][imageSize²] and its gradient, which the caller fills; a backward pass
  /// through the projector adds to it.
  public let logits: AlignedBuffer<Float>
  public let logitGradients: AlignedBuffer<Float>
  /// [capacity][16][(imageSize/4)²] and its gradient.
  public let features: AlignedBuffer<Float>
  public let featureGradients: AlignedBuffer<Float>
  /// Gradients in units of `FixedPoint.gradients`, laid out like the parameters; the sums of this
  /// rank after `backward`.
  public let gradients: AlignedBuffer<Int64>

  /// What the computing threads do, made once so that a pass allocates nothing.
  struct Tasks {
    let load: PassTask<Floats>
    let forward: PassTask<ForwardPass>
    let backward: PassTask<BackwardPass>

    init(_ runner: NetworkRunner) {
      load = PassTask { [unowned runner] in runner.stages[$2].convolution.load($0) }
      forward = PassTask { [unowned runner] in runner.forward($0, worker: $1, image: $2) }
      backward = PassTask { [unowned runner] in runner.backward($0, worker: $1, item: $2) }
    }
  }

  /// - Parameters:
  ///   - capacity: images of this rank in one pass (in evaluation: at once, one for each worker).
  ///   - groups: batch norm groups.
  public init(
    compute: Compute, network: UNet, mode: Mode, capacity: Int, groups: Int = 1
  ) throws(KernelError) {
    self.compute = compute
    self.mode = mode
    self.capacity = capacity
    graph = network.graph
    maps = compute.maps
    let backward = mode == .training
    operationCount = backward ? graph.operations.count : graph.projectorStart
    stages = try graph.stages(
      upTo: operationCount, compute: compute, backward: backward, groups: groups,
      batchImages: mode == .evaluation ? 0 : capacity)
    activationPlan = ActivationPlan(
      graph: graph, stages: stages, lanes: compute.lanes, backward: backward)
    activations = AlignedBuffer(
      count: capacity * activationPlan.imageCount * compute.maps.valueBytes)

    let gradientCount = stages.map(\.convolution.convolution.gradientCount).max() ?? 0
    let channels = stages.compactMap(\.normalization?.storedChannels).max() ?? 0
    let rowCount = 2 * graph.imageSize * compute.lanes
    let mapBytes = activationPlan.workerCount * compute.maps.valueBytes
    workers = (0..<compute.pool.count).map { _ in
      RunnerWorker(
        channels: channels, groups: groups, gradientCount: gradientCount,
        rowCount: rowCount, mapBytes: mapBytes)
    }
    profile = WorkProfile(operations: operationCount, workers: compute.pool.count)
    let pixels = graph.imageSize * graph.imageSize
    let classes = graph.logits?.channels ?? 0
    let featureCount = (graph.features?.channels ?? 0) * pixels / 16
    inputs = AlignedBuffer(count: capacity * pixels)
    logits = AlignedBuffer(count: capacity * classes * pixels)
    logitGradients = AlignedBuffer(count: backward ? capacity * classes * pixels : 0)
    features = AlignedBuffer(count: backward ? capacity * featureCount : 0)
    featureGradients = AlignedBuffer(count: backward ? capacity * featureCount : 0)
    gradients = AlignedBuffer(count: backward ? graph.layout.parameterCount : 0)
  }

  /// Of the operations that `profile` counts, in order.
  public var operationNames: [String] { (0..<operationCount).map { graph.name(ofOperation: $0) } }

  /// Takes the model's weights into the layouts of the convolutions. Call after each change.
  public func load(_ model: ModelState) {
    tasks.load.run(stages.count, of: Floats(model.parameters.baseAddress), on: compute.pool)
  }

  /// Stages that a pass goes through.
  func usedStages(projector: Bool) -> Int { stages.count { projector || !isProjector($0) } }

  func isProjector(_ stage: Stage) -> Bool { stage.convolution.operation >= graph.projectorStart }

  // MARK: The offender

  func noteOffender(outputOf operation: Int) { noteOffender(operation) }

  func noteOffender(gradientOf operation: Int) { noteOffender(2 * operationCount - operation) }

  /// Remembers the earliest operation that made a number that cannot be summed.
  private func noteOffender(_ moment: Int) {
    var known = offender.load(ordering: .relaxed)
    while moment < known {
      let (exchanged, original) = offender.compareExchange(
        expected: known, desired: moment, ordering: .relaxed)
      if exchanged { return }
      known = original
    }
  }

  /// The moment of the first bad number since the last call, `Int.max` if there was none. Moments
  /// count the operations forward, then backward; the lowest over all ranks names the tensor.
  public func takeOffender() -> Int { offender.exchange(.max, ordering: .relaxed) }

  /// Remembers that a loss was not finite: later than the forward pass, earlier than the backward.
  public func noteLossOffender() { noteOffender(operationCount) }

  /// What a moment of `takeOffender` stands for, for messages.
  public func describeOffender(_ moment: Int) -> String {
    if moment == operationCount { return "a loss" }
    let isForward = moment < operationCount
    let index = isForward ? moment : 2 * operationCount - moment
    let name = graph.name(ofOperation: max(0, min(index, operationCount - 1)))
    return isForward ? "the output of \(name)" : "the gradient of \(name)"
  }
}
