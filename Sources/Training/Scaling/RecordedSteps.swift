import Benchmarks
import Imaging
import Kernels
import Learning
import MPI
import Methods
import Network
import RandomNumbers
import Training

/// Steps of a rank that computes alone with the part of the batch it would have among others.
final class RecordedSteps {
  private let step: TrainingStep
  private let replica: Replica
  private let recorder: StepRecorder
  private let samples: [MaskedImage]
  private let mask: [Float]

  /// - Parameters:
  ///   - alone: a communicator of this rank only.
  ///   - mixtures: of the batch, the first of them.
  init(
    _ plan: PhasePlan, mixtures: Int, alone: Communicator, compute: Compute, network: UNet
  ) throws {
    replica = Replica(world: alone, network: network, compute: compute, seed: 1, weightDecay: 1e-4)
    replica.teacher.assign(replica.student)
    step = try TrainingStep(
      plan: plan, share: 0..<mixtures, network: network, compute: compute, seed: 1)
    recorder = StepRecorder(teacher: step.teacher)
    samples = step.wantedSlots.map {
      MaskedImage(random: $0, imageSize: network.configuration.imageSize)
    }
    mask = plan.mask.draw(seed: 1, phase: plan.phase, iteration: 0)
  }

  /// - Parameter count: of steps, after one that warms up.
  func record(_ count: Int) throws -> StepTrace {
    var trace = StepTrace(events: [], seconds: [])
    for iteration in 0...count {
      try run(iteration)
      guard iteration > 0 else { continue }
      trace.events = recorder.events
      trace.seconds.append(recorder.seconds)
    }
    return trace
  }

  private func run(_ iteration: Int) throws {
    recorder.begin()
    let models = StepModels(
      student: replica.student, teacher: step.plan.usesTeacher ? replica.teacher : nil)
    _ = try step.run(
      StepInput(iteration: iteration, samples: samples, mask: mask), models: models,
      exchange: recorder)
    recorder.note(.awaitGradients)
    recorder.note(.sum(bytes: Replica.verdictBytes))
    // The student stays as it is: sums of a part of the batch would lead it astray.
    try replica.update(step, learningRate: 0)
    if step.plan.usesTeacher {
      recorder.note(.broadcast(bytes: 4 * replica.teacher.layout.parameterCount))
    }
    recorder.note(.endOfStep)
  }
}
