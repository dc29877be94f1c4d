import Imaging
import Kernels
import Learning
import MPI
import Methods
import Network
import RandomNumbers
import Settings
import Tensors
import Training

/// What a benchmark times.
protocol BenchmarkSubject: AnyObject {
  /// Floating-point operations of a step over all ranks, by direct convolution.
  var operations: Double { get }
  func step(_ iteration: Int) throws
  /// Forgets the times so far.
  func reset()
  /// Seconds of a step by part; collective, after the last step.
  func breakdown(steps: Int) throws -> [String: Double]
  func layers(steps: Int) -> [Benchmark.LayerTimes]
}

extension Benchmark {
  /// The published settings of the phase's method; supervised on full batches.
  package var configuration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.imageSize = imageSize
    configuration.schedule.batchSize = batchSize
    switch phase {
    case .selfTraining, .preTraining, .evaluation: configuration.method = .switch
    case .supervised:
      configuration.method = .supervised
      configuration.data.labeledRatio = 1
    case .bidirectionalCopyPaste: configuration.method = .bcp
    }
    return configuration
  }

  /// What a step of the phase does.
  package var plan: PhasePlan {
    let plans = configuration.phases
    return plans[phase == .preTraining ? 0 : plans.count - 1]
  }

  fileprivate static func layers(
    _ name: String, _ runner: NetworkRunner, steps: Int
  ) -> [LayerTimes] {
    runner.operationNames.enumerated().map { index, operation in
      let seconds = WorkProfile.Work.allCases.map {
        ($0, runner.profile.seconds($0, operation: index) / Double(steps))
      }
      return LayerTimes(
        network: name, operation: operation, seconds: Dictionary(uniqueKeysWithValues: seconds))
    }
  }
}

extension MaskedImage {
  /// Random gray values, and a mask of about a tenth of the pixels.
  package init(random slot: BatchSlot, imageSize: Int) {
    var stream = RandomStream(
      seed: 1, purpose: .kernelProbe, slot: 2 * slot.slot + (slot.stream == .labeled ? 1 : 0))
    let words = (0..<(imageSize * imageSize)).map { _ in stream.nextWord() }
    self.init(
      side: imageSize, image: words.map { UInt8($0 & 255) },
      mask: words.map { $0 >> 8 & 255 < 26 ? 1 : 0 })
  }
}

/// Steps of training on samples held in memory.
final class TrainingSubject: BenchmarkSubject {
  private let plan: PhasePlan
  private let runStep: TrainingStep
  private let replica: Replica
  private let samples: [MaskedImage]
  private let mask: [Float]
  let operations: Double

  init(
    _ plan: PhasePlan, _ world: Communicator, _ compute: Compute, _ network: UNet
  ) throws {
    self.plan = plan
    let replica = Replica(
      world: world, network: network, compute: compute, seed: 1, weightDecay: 1e-4)
    self.replica = replica
    replica.teacher.assign(replica.student)
    let share = world.share(of: plan.mixtures.count)
    let step = try world.agree {
      try TrainingStep(
        plan: plan, share: share, network: network, compute: compute, seed: 1,
        clock: replica.clock)
    }
    runStep = step
    replica.prepare(step)
    samples = step.wantedSlots.map {
      MaskedImage(random: $0, imageSize: network.configuration.imageSize)
    }
    mask = plan.mask.draw(seed: 1, phase: plan.phase, iteration: 0)
    operations = plan.operations(network)
  }

  func step(_ iteration: Int) throws {
    _ = try replica.computeGradients(
      runStep, StepInput(iteration: iteration, samples: samples, mask: mask))
    try replica.update(runStep, learningRate: 1e-3)
  }

  func reset() {
    replica.clock.reset()
    runStep.student.profile.reset()
    runStep.teacher?.profile.reset()
  }

  func breakdown(steps: Int) throws -> [String: Double] {
    let parts = StepClock.Part.allCases.map {
      ($0.name, replica.clock.seconds($0) / Double(steps))
    }
    var breakdown = Dictionary(uniqueKeysWithValues: parts)
    let exposed = replica.clock.seconds(.allReduce) / Double(steps)
    breakdown[Benchmark.hiddenReduction] = max(
      0, try replica.secondsOfReductionAlone() - exposed)
    return breakdown
  }

  func layers(steps: Int) -> [Benchmark.LayerTimes] {
    Benchmark.layers("student", runStep.student, steps: steps)
      + (runStep.teacher.map { Benchmark.layers("teacher", $0, steps: steps) } ?? [])
  }

  deinit {
    replica.releaseSums()
    try? replica.awaitTeacher()
  }
}

/// Forward passes with running statistics.
final class EvaluationSubject: BenchmarkSubject {
  private let runner: NetworkRunner
  private let model: ModelState
  private let image: [Float]
  private let share: Range<Int>
  let operations: Double

  /// - Parameter count: images of a step over all ranks.
  init(
    _ count: Int, _ world: Communicator, _ compute: Compute, _ network: UNet
  ) throws {
    runner = try world.agree {
      try NetworkRunner(
        compute: compute, network: network, mode: .evaluation, capacity: compute.pool.count)
    }
    model = ModelState(layout: network.graph.layout, seed: 1)
    let sample = MaskedImage(
      random: BatchSlot(.labeled, 0), imageSize: network.configuration.imageSize)
    image = sample.image.pixels.map { Float($0) / 255 }
    share = world.share(of: count)
    operations = Double(count * network.graph.forwardOperations(projector: false))
  }

  func step(_ iteration: Int) throws {
    runner.load(model)
    runner.evaluate(share.count, model: model) { _, plane in
      image.withUnsafeBufferPointer { source in
        guard let start = source.baseAddress else { return }
        plane.update(from: start, count: source.count)
      }
    } use: { _, _, _ in
    }
  }

  func reset() { runner.profile.reset() }

  func breakdown(steps: Int) -> [String: Double] { [:] }

  func layers(steps: Int) -> [Benchmark.LayerTimes] {
    Benchmark.layers("evaluation", runner, steps: steps)
  }
}

extension PhasePlan {
  /// Floating-point operations of a step over all ranks: two for each multiplication of a direct
  /// convolution, forward and twice backward, and the contrastive loss' two products.
  fileprivate func operations(_ network: UNet) -> Double {
    let graph = network.graph
    let student = mixtures.count * (hasRestoredViews ? 2 : 1)
    let forward = Double(student * graph.forwardOperations(projector: usesProjector))
    // The projector's pass back concerns the plain views only.
    let projector =
      graph.forwardOperations(projector: true) - graph.forwardOperations(projector: false)
    let backward =
      2 * Double(student * graph.forwardOperations(projector: false))
      + (usesProjector ? 2 * Double(mixtures.count * projector) : 0)
    let teacher =
      usesTeacher ? Double(mixtures.count * graph.forwardOperations(projector: false)) : 0
    let positions = network.featureSize * network.featureSize
    let contrastive =
      usesProjector
      ? 4 * Double(mixtures.count * UNet.featureChannels * positions) * Double(positions) : 0
    return forward + backward + teacher + contrastive
  }
}
