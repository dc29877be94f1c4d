import Imaging
import Kernels
import Methods
import Network
import RandomNumbers
import Tensors
import VectorInterface

/// One rank's part of a training step: from the samples of its mixtures to the exact sums of its
/// gradients. Knows of other ranks only the integer sums it exchanges with them.
public final class TrainingStep {
  public let plan: PhasePlan
  /// The mixtures of this rank.
  public let share: Range<Int>
  /// Images that this rank has forwarded through the student and the teacher.
  public private(set) var forwardedImages = 0
  /// Runs the student; its `gradients` hold the result of a step.
  public let student: NetworkRunner
  public let teacher: NetworkRunner?
  package let compute: Compute
  package let pixels: Int
  package let planes: MixturePlanes
  let losses: LossSums
  private let frequencySwitch: FrequencySwitch?
  private let pseudoLabels: PseudoLabels
  let contrastive: ContrastiveLoss?
  public let clock: StepClock
  /// Mixtures of each group over all ranks.
  let groupSizes: [Int]
  /// What every step makes anew in place: its batches, its samples, its losses.
  private var studentBatch: ImageBatch
  private var teacherBatch: ImageBatch
  private let featureImages: [Bool]
  private var samples: [MaskedImage] = []
  var mixLosses: [MixLoss]
  var result: StepLosses
  private(set) lazy var tasks = Tasks(self)

  /// What the computing threads do in a step, made once so that a step allocates nothing.
  struct Tasks {
    let views: WorkerTask
    let pseudoLabels: WorkerTask
    let lossSums: WorkerTask
    let mixGradient: WorkerTask

    init(_ step: TrainingStep) {
      views = WorkerTask { [unowned step] in step.makeViews(worker: $0, index: $1) }
      pseudoLabels = WorkerTask { [unowned step] in step.writePseudoLabel(worker: $0, index: $1) }
      lossSums = WorkerTask { [unowned step] in step.addLossSums(worker: $0, index: $1) }
      mixGradient = WorkerTask { [unowned step] in step.addMixGradient(index: $1) }
    }
  }

  /// - Parameters:
  ///   - share: `Communicator.share(of:)` of the mixtures; may be empty, the rank then joins the exchanges only.
  public init(
    plan: PhasePlan, share: Range<Int>, network: UNet, compute: Compute, seed: UInt64,
    clock: StepClock = StepClock()
  ) throws(KernelError) {
    self.clock = clock
    self.plan = plan
    self.share = share
    self.compute = compute
    let size = network.configuration.imageSize
    pixels = size * size
    let views = share.count * (plan.hasRestoredViews ? 2 : 1)
    student = try NetworkRunner(
      compute: compute, network: network, mode: .training, capacity: views,
      groups: plan.studentGroupCount)
    teacher =
      plan.usesTeacher
      ? try NetworkRunner(
        compute: compute, network: network, mode: .batchStatistics, capacity: share.count,
        groups: plan.groups.count) : nil
    planes = MixturePlanes(count: share.count, pixels: pixels)
    losses = LossSums(
      groups: plan.groups.count, mixtures: plan.mixtures.count, workers: compute.pool.count,
      pixels: pixels)
    groupSizes = plan.groupSizes
    let key = RandomStream.key(seed: seed, purpose: .dropout)
    studentBatch = plan.studentBatch(share: share, dropoutKey: key)
    teacherBatch = plan.teacherBatch(share: share, dropoutKey: key)
    featureImages = studentBatch.groups.map { $0 < plan.groups.count && plan.usesProjector }
    let noLoss = MixLoss(weights: .init(base: 0, patch: 0), basePixels: 0, patchPixels: 0) { _ in 0
    }
    mixLosses = [MixLoss](repeating: noLoss, count: plan.groups.count)
    result = StepLosses(
      groups: plan.groups.map { .init(name: $0.name, crossEntropy: 0, dice: 0) }, mix: 0,
      contrastive: 0, consistency: 0, total: 0)
    frequencySwitch = plan.frequencyArea.map {
      FrequencySwitch(size: size, area: $0, workers: compute.pool.count)
    }
    pseudoLabels = PseudoLabels(size: size, compute: compute)
    contrastive =
      plan.usesProjector
      ? ContrastiveLoss(
        channels: UNet.featureChannels, positions: network.featureSize * network.featureSize,
        compute: compute) : nil
  }

  /// The batch slots whose samples a step wants, two for each mixture of this rank: base, patch.
  public var wantedSlots: [BatchSlot] {
    share.flatMap { [plan.mixtures[$0].base, plan.mixtures[$0].patch] }
  }

  /// Forward, losses, backward.
  /// - Returns: the losses of the global batch.
  public func run(
    _ input: StepInput, models: StepModels, exchange: any StepExchange
  ) throws -> StepLosses {
    clock.measure(.views) { prepare(input) }
    try forward(input, models, exchange)
    let result = try clock.measure(.losses) { try evaluateLosses(exchange: exchange) }
    exchange.lossGradientsReady()
    try clock.measure(.backward) {
      try student.backward(
        studentBatch, featureImages: featureImages, projector: plan.usesProjector,
        exchange: exchange, gradientsReady: { try exchange.gradientsReady($0) })
    }
    forwardedImages += studentBatch.groups.count + (teacher == nil ? 0 : share.count)
    return result
  }

  /// Pieces of the student's pass before the teacher's begins: those of the largest maps, behind which
  /// its parameters arrive.
  private static let piecesBeforeTeacher = 4

  /// The passes of student and teacher piece by piece in turn, so that one computes while the sums of
  /// the other's batch norm are on their way; and the teacher's masks where labels are missing.
  private func forward(
    _ input: StepInput, _ models: StepModels, _ exchange: any StepExchange
  ) throws {
    studentBatch.iteration = input.iteration
    student.load(models.student)
    var pass = student.beginForward(
      studentBatch, model: models.student, projector: plan.usesProjector)
    for _ in 0..<Self.piecesBeforeTeacher { try advance(student, &pass, exchange) }
    if let teacher, let model = models.teacher {
      try clock.measure(.teacherBroadcast) { try exchange.awaitTeacher() }
      teacherBatch.iteration = input.iteration
      teacher.load(model)
      var teacherPass = teacher.beginForward(teacherBatch, model: model, projector: false)
      while !teacherPass.isDone {
        try advance(student, &pass, exchange)
        try advance(teacher, &teacherPass, exchange)
      }
      clock.measure(.teacherForward) { compute.pool.run(share.count, tasks.pseudoLabels) }
    }
    while !pass.isDone { try advance(student, &pass, exchange) }
  }

  private func advance(
    _ runner: NetworkRunner, _ pass: inout NetworkRunner.ForwardProgress,
    _ exchange: any StepExchange
  ) throws {
    try clock.measure(runner === teacher ? .teacherForward : .studentForward) {
      try runner.advance(&pass, exchange: exchange)
    }
  }

  /// Parameters that the phase's loss contains; the projector's are the last of the arena.
  public var parameterCount: Int {
    let layout = student.graph.layout
    let projector = layout.parameters.first { $0.name.hasPrefix(UNet.projectorName) }
    return plan.usesProjector ? layout.parameterCount : projector?.offset ?? layout.parameterCount
  }

  /// The earliest bad number of the last step, `Int.max` if there was none: even for the student,
  /// odd for the teacher.
  public func takeOffender() -> Int {
    let own = student.takeOffender()
    let teachers = teacher?.takeOffender() ?? .max
    return min(own == .max ? .max : 2 * own, teachers == .max ? .max : 2 * teachers + 1)
  }

  /// What a moment of `takeOffender` stands for.
  public func describe(_ offender: Int) -> String {
    guard offender % 2 == 1, let teacher else { return student.describeOffender(offender / 2) }
    return "in the teacher, " + teacher.describeOffender(offender / 2)
  }

  // MARK: Views

  /// Converts the samples, switches amplitudes and mixes the views into the networks' inputs.
  private func prepare(_ input: StepInput) {
    precondition(
      input.samples.count == 2 * share.count && input.mask.count == pixels, "wrong step input")
    planes.setMask(input.mask)
    samples = input.samples
    compute.pool.run(share.count, tasks.views)
    samples = []
  }

  private func makeViews(worker: Int, index: Int) {
    let mixture = plan.mixtures[share.lowerBound + index]
    planes.write(
      samples[2 * index], image: planes.base(index), target: planes.baseTarget(index))
    planes.write(
      samples[2 * index + 1], image: planes.patch(index), target: planes.patchTarget(index))
    mix(planes.base(index), planes.patch(index), view: index)
    if let frequencySwitch {
      frequencySwitch.apply(
        worker: worker, first: Floats(planes.base(index)), second: Floats(planes.patch(index)),
        restoredFirst: planes.restoredBase(index), restoredSecond: planes.restoredPatch(index))
      mix(planes.restoredBase(index), planes.restoredPatch(index), view: share.count + index)
    }
    if let teacher, let unlabeled = mixture.unlabeled {
      let source = unlabeled == mixture.base ? planes.base(index) : planes.patch(index)
      (teacher.inputs.baseAddress + index * pixels).update(from: source, count: pixels)
    }
  }

  private func mix(_ base: MutableFloats, _ patch: MutableFloats, view: Int) {
    compute.kernels.mixPlanes(
      base: Floats(base), patch: Floats(patch), mask: planes.mask, pixels: pixels,
      into: student.inputs.baseAddress + view * pixels)
  }

  /// Puts the teacher's mask where the unlabeled image's target belongs.
  private func writePseudoLabel(worker: Int, index: Int) {
    guard let teacher, let target = pseudoLabelTarget(at: index) else { return }
    pseudoLabels.write(
      worker: worker, logits: Floats(teacher.logits.baseAddress + index * 2 * pixels),
      into: target)
  }

  /// The plane of targets that belongs to the unlabeled image of a mixture of this rank.
  private func pseudoLabelTarget(at index: Int) -> MutableFloats? {
    let mixture = plan.mixtures[share.lowerBound + index]
    return mixture.unlabeled.map { unlabeled in
      unlabeled == mixture.base ? planes.baseTarget(index) : planes.patchTarget(index)
    }
  }

  /// The cleaned pseudo-label that the last step made for a mixture of this rank, 0 and 1; nil where both images are
  /// labeled.
  public func pseudoLabel(at index: Int) -> [UInt8]? {
    pseudoLabelTarget(at: index).map { target in (0..<pixels).map { UInt8(target[$0]) } }
  }

  /// The cleaned pseudo-labels that this rank made for one group in the last step.
  public func pseudoLabels(group: Int) -> [UInt8] {
    share.enumerated().flatMap { index, place in
      plan.mixtures[place].group == group ? pseudoLabel(at: index) ?? [] : []
    }
  }
}
