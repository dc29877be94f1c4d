import Kernels
import Learning
import MPI
import Methods
import Network
import Runs
import Tensors

/// This rank's replica of the training state, and what keeps all replicas the same: exact sums of
/// gradients over the ranks, the update every rank makes for itself, and the teacher, which rank 0
/// updates and broadcasts while the others already go on.
package final class Replica {
  package let world: Communicator
  package let student: ModelState
  package let teacher: ModelState
  let optimizer: MomentumOptimizer
  package let clock = StepClock()
  private let compute: Compute
  private var buckets: GradientBuckets?
  private var statistics: [StatisticsSums] = []
  private static let verdictCount = 5
  package static let verdictBytes = 8 * verdictCount
  private let verdict = AlignedBuffer<Int64>(count: Replica.verdictCount)
  private var teacherOnItsWay: PendingOperation?

  package init(
    world: Communicator, network: UNet, compute: Compute, seed: UInt64, weightDecay: Double
  ) {
    self.world = world
    self.compute = compute
    let layout = network.graph.layout
    student = ModelState(layout: layout, seed: seed)
    teacher = ModelState(layout: layout)
    optimizer = MomentumOptimizer(layout: layout, weightDecay: weightDecay)
  }

  // MARK: An iteration

  /// Makes ready for the steps of a phase: their gradients are summed in buckets, which keep the runner
  /// that they belong to.
  package func prepare(_ step: TrainingStep) {
    guard world.size > 1 else { return }
    buckets = GradientBuckets(of: step.student, on: world)
    statistics = [step.student, step.teacher].compactMap { $0 }.map {
      StatisticsSums(of: $0, on: world)
    }
  }

  /// Lets go of the runners' memory at the end of a phase.
  package func releaseSums() {
    buckets = nil
    statistics = []
  }

  /// Forward, losses, backward on all ranks, with gradients summed over them. Collective.
  package func computeGradients(_ step: TrainingStep, _ input: StepInput) throws -> StepLosses {
    let models = StepModels(student: student, teacher: step.plan.usesTeacher ? teacher : nil)
    for index in statistics.indices { statistics[index].rewind() }
    let losses = try step.run(input, models: models, exchange: self)
    try clock.measure(.allReduce) { try buckets?.finish() }
    return losses
  }

  /// Seconds that summing the gradients takes where nothing hides it. Their values are lost.
  package func secondsOfReductionAlone() throws -> Double {
    guard buckets != nil else { return 0 }
    let times = try (0..<5).map { _ in
      try world.barrier()
      let start = ContinuousClock.now
      try buckets?.sumAlone()
      return (ContinuousClock.now - start) / .seconds(1)
    }
    return times.sorted()[times.count / 2]
  }

  /// What all ranks must know before an update.
  package struct Verdict {
    /// The earliest operation on any rank that made a number that cannot be summed.
    package var offender: Int?
    /// Whether any rank was asked to stop.
    package var stops: Bool
    /// Whether records or checkpoints of the run could not be written.
    package var failed: Bool
    /// Whether the time for a checkpoint has come.
    package var saves: Bool
    /// Whether a rank could not read its images: what was computed is of no use.
    package var lacksData: Bool
  }

  /// Agrees on whether the step may be used and whether the run goes on after it.
  func agree(
    offender: Int, stops: Bool, failed: Bool = false, saves: Bool = false, lacksData: Bool = false
  ) throws -> Verdict {
    let values = verdict.values
    values[0] = Int64(clamping: offender)
    values[1] = stops ? 0 : 1
    values[2] = failed ? 0 : 1
    values[3] = saves ? 0 : 1
    values[4] = lacksData ? 0 : 1
    try world.allReduceMin(values)
    return Verdict(
      offender: values[0] == Int64.max ? nil : Int(values[0]), stops: values[1] == 0,
      failed: values[2] == 0, saves: values[3] == 0, lacksData: values[4] == 0)
  }

  /// Updates the student from summed gradients; on rank 0 also the teacher, whose broadcast starts.
  package func update(_ step: TrainingStep, learningRate: Double) throws {
    try clock.measure(.update) {
      optimizer.update(
        student, gradients: step.student.gradients.baseAddress, count: step.parameterCount,
        learningRate: learningRate, compute: compute)
      guard step.plan.usesTeacher else { return }
      if world.rank == 0 {
        ExponentialMovingAverage.update(teacher, with: student, compute: compute)
      }
      if world.size > 1 {
        teacherOnItsWay = try world.startBroadcast(teacher.parameters.values, ownedBy: teacher)
      }
    }
  }

  /// Fresh weights, and no momentum. Collective.
  func startAnew(seed: UInt64) throws {
    try awaitTeacher()
    student.assign(ModelState(layout: student.layout, seed: seed))
    optimizer.momentum.fill(with: 0)
  }

  /// Lets rank 0 read state from a file and gives it to all ranks.
  func receive(hasTeacher: Bool, read: () throws -> Void) throws {
    try awaitTeacher()
    try world.agree { if world.rank == 0 { try read() } }
    try broadcast(student)
    try world.broadcast(optimizer.momentum.values, root: 0)
    if hasTeacher { try broadcast(teacher) }
  }

  private func broadcast(_ model: ModelState) throws {
    try world.broadcast(model.parameters.values, root: 0)
    try world.broadcast(model.running.values, root: 0)
    try world.broadcast(&model.batchesTracked, root: 0)
  }

  func state(hasTeacher: Bool) -> TrainingState {
    TrainingState(student: student, teacher: hasTeacher ? teacher : nil, optimizer: optimizer)
  }
}

extension Replica: StepExchange {
  package func awaitTeacher() throws {
    if var operation = teacherOnItsWay.take() { try operation.wait() }
  }

  package func sum(_ values: UnsafeMutableBufferPointer<Int64>) throws {
    guard world.size > 1 else { return }
    try clock.measure(.normalizationExchange) { try world.allReduceSum(values) }
  }

  package func startSum(
    _ values: UnsafeMutableBufferPointer<Int64>, of runner: NetworkRunner
  ) throws {
    guard let index = statistics.firstIndex(where: { $0.runner === runner }) else { return }
    try clock.measure(.normalizationExchange) { try statistics[index].start(values) }
  }

  package func finishSum(of runner: NetworkRunner) throws {
    guard let index = statistics.firstIndex(where: { $0.runner === runner }) else { return }
    try clock.measure(.normalizationExchange) { try statistics[index].finish() }
  }

  /// Starts summing a range over all ranks as soon as it fills a bucket, and drives those under way.
  package func gradientsReady(_ range: Range<Int>) throws { try buckets?.add(range) }
}
