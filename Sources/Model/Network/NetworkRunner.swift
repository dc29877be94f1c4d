import Kernels
import Synchronization
import Tensors
import VectorInterface

/// Runs a network on the images of one rank, image by image between the batch norms, which are the
/// only places where images meet. Memory is reserved once, at planning; see `Stage` for what of it
/// is kept.
public final class NetworkRunner {
  /// Added to a variance, and the share of a new statistic in a running one, as published.
  static let epsilon = 1e-5
  static let statisticsMomentum: Float = 0.1

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
  /// For each stage.
  let convolutions: [PackedConvolution]
  /// For each operation that is a batch norm.
  let statistics: [Int: GroupStatistics]
  let enlargementTables: [Int: EnlargementTable]
  let workers: [RunnerWorker]
  /// Time by operation; for benchmarks.
  public let profile: WorkProfile
  /// What the threads work on.
  var pass = Pass()
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

  /// What a run of the threads is about.
  struct Pass {
    var batch = ImageBatch(
      groups: [], globalGroupSizes: [], samples: [], dropoutKey: .zero, iteration: 0)
    var featureImages: [Bool] = []
    /// Stages that each image goes through.
    var segment = 0..<0
    /// Whether the last stage's batch norm is still to be gone back through.
    var finishesNormalization = false
    /// Stages whose gradients are collected beside the images.
    var collected = 0..<0
    /// Parameters to load.
    var parameters: Floats?
  }

  /// What the computing threads do, made once so that a pass allocates nothing.
  struct Tasks {
    let load: WorkerTask
    let forward: WorkerTask
    let backward: WorkerTask

    init(_ runner: NetworkRunner) {
      load = WorkerTask { [unowned runner] _, index in
        guard let parameters = runner.pass.parameters else { return }
        runner.convolutions[index].load(parameters)
      }
      forward = WorkerTask { [unowned runner] in runner.forwardItem(worker: $0, image: $1) }
      backward = WorkerTask { [unowned runner] in runner.backwardItem(worker: $0, item: $1) }
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
    stages = graph.stages(upTo: operationCount)
    activationPlan = ActivationPlan(
      graph: graph, stages: stages, lanes: compute.lanes, backward: backward)
    activations = AlignedBuffer(
      count: capacity * activationPlan.imageCount * compute.maps.valueBytes)

    let operations = try PlannedOperations(
      graph, count: operationCount, compute: compute, backward: backward, groups: groups)
    convolutions = operations.convolutions
    statistics = operations.statistics
    enlargementTables = operations.enlargementTables
    let gradientCount = convolutions.reduce(0) { max($0, $1.convolution.gradientCount) }
    let channels = operations.largestBlocks * compute.lanes
    let rowCount = graph.imageSize * compute.lanes
    let mapBytes = activationPlan.workerCount * compute.maps.valueBytes
    workers = (0..<compute.pool.count).map { _ in
      RunnerWorker(
        channels: channels, groups: groups, gradientCount: backward ? gradientCount : 0,
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

  /// Memory that this runner fills once all its images have gone through.
  public var reservedBytes: Int {
    let planes =
      inputs.byteCount + logits.byteCount + logitGradients.byteCount + features.byteCount
      + featureGradients.byteCount
    return activations.byteCount + planes + gradients.byteCount
      + workers.reduce(0) { $0 + $1.maps.byteCount + $1.gradientBuffer.byteCount }
      + convolutions.reduce(0) { $0 + $1.reservedBytes }
  }

  /// Of the operations that `profile` counts, in order.
  public var operationNames: [String] { (0..<operationCount).map { graph.name(ofOperation: $0) } }

  /// Takes the model's weights into the layouts of the convolutions. Call after each change.
  public func load(_ model: ModelState) {
    pass.parameters = Floats(model.parameters.baseAddress)
    compute.pool.run(convolutions.count, tasks.load)
  }

  // MARK: Places in memory

  /// Where a piece of work happens: the maps of one image, the transient ones of one stage.
  struct Place {
    let stage: Stage
    let worker: Int
    let image: Int
  }

  func activation(_ map: FeatureMap, at place: Place) -> MutableMap {
    if map.isPlanes { return planes(map, inputs: inputs, logits: logits, image: place.image) }
    if let offset = activationPlan.transient(map, in: place.stage) {
      return MutableMap(workers[place.worker].maps.baseAddress) + offset * maps.valueBytes
    }
    if let offset = activationPlan.stored(map) {
      return memory(of: place.image) + offset * maps.valueBytes
    }
    preconditionFailure("a feature map without a place was asked for")
  }

  /// - Precondition: the map has a gradient, as every map but the input has in training.
  func gradient(_ map: FeatureMap, at place: Place) -> MutableMap {
    if map.isPlanes {
      return planes(map, inputs: inputs, logits: logitGradients, image: place.image)
    }
    if let offset = activationPlan.transientGradient(map, in: place.stage) {
      return MutableMap(workers[place.worker].maps.baseAddress) + offset * maps.valueBytes
    }
    guard let offset = activationPlan.gradient(map) else {
      preconditionFailure("a feature map without a gradient was asked for it")
    }
    return memory(of: place.image) + offset * maps.valueBytes
  }

  private func planes(
    _ map: FeatureMap, inputs: borrowing AlignedBuffer<Float>,
    logits: borrowing AlignedBuffer<Float>, image: Int
  ) -> MutableMap {
    let start = map.storage == nil ? inputs.baseAddress : logits.baseAddress
    return MutableMap(start + image * map.channels * map.pixels)
  }

  private func memory(of image: Int) -> MutableMap {
    MutableMap(activations.baseAddress) + image * activationPlan.imageCount * maps.valueBytes
  }

  /// Remembers the earliest operation that made a number that cannot be summed.
  func noteOffender(_ moment: Int) {
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

/// What one worker of a runner has for itself.
final class RunnerWorker {
  /// Sums of one image, [2][channels].
  let imageSums: AlignedBuffer<Double>
  /// Exact sums of the current layer, [groups][2][channels].
  let layerSums: AlignedBuffer<Int64>
  let gradientBuffer: AlignedBuffer<Float>
  /// A row of the largest feature map, enlarged.
  let rowBuffer: AlignedBuffer<Float>
  /// Maps that live for one stage.
  let maps: AlignedBuffer<UInt8>

  init(channels: Int, groups: Int, gradientCount: Int, rowCount: Int, mapBytes: Int) {
    imageSums = AlignedBuffer(count: 2 * channels)
    layerSums = AlignedBuffer(count: 2 * channels * groups)
    gradientBuffer = AlignedBuffer(count: gradientCount)
    rowBuffer = AlignedBuffer(count: rowCount)
    maps = AlignedBuffer(count: mapBytes)
  }
}
