import Jobs
import Learning
import MPI
import Methods
import Network
import Telemetry

/// What a run will take, foretold before its first iteration from one image that went through the
/// network. What ranks and threads cost each other is not in it; `--dry-run` times whole steps.
package struct RunEstimate {
  /// Seconds of one image through the network and back on one thread, on the slowest rank.
  let step: StepEstimate
  private let context: RunContext

  /// Collective.
  init(_ context: RunContext) throws {
    self.context = context
    step = try StepEstimate(
      context.probe, threads: context.compute.pool.count, on: context.world)
  }

  /// One line: time of what is left of the phases, and the memory of a rank.
  func text(from resumption: Resumption?) throws -> String {
    let configuration = context.configuration
    var parts: [String] = []
    var total = secondsOfEvaluation(context.dataset.splits.test.count)
    var bytes = 0
    for plan in configuration.phases {
      if let resumption, resumption.phase.stream > plan.phase.stream { continue }
      let done = resumption?.phase == plan.phase ? resumption?.progress.iteration ?? 0 : 0
      let iterations = configuration.iterations(of: plan.phase) - done
      guard iterations > 0 else { continue }
      let evaluations = iterations / configuration.schedule.evaluationInterval
      let seconds =
        Double(iterations) * step.seconds(plan)
        + Double(evaluations) * secondsOfEvaluation(context.dataset.splits.validation.count)
      parts.append("\(plan.phase.name) \(durationText(seconds: seconds))")
      total += seconds
      bytes = max(bytes, try reservedBytes(plan))
    }
    let memory = (bytes + ProcessMemory.residentBytes) >> 20
    return "will take about \(durationText(seconds: total))"
      + (parts.count > 1 ? " (\(parts.joined(separator: ", ")))" : "")
      + " and \(memory) MiB in each rank, judged by one image"
  }

  private func secondsOfEvaluation(_ images: Int) -> Double {
    let ranks = context.world.size
    return step.rounds((images + ranks - 1) / ranks) * step.forward
  }

  /// Of a step on rank 0, which has no fewer images than the others but for one; address space only.
  private func reservedBytes(_ plan: PhasePlan) throws -> Int {
    let step = try TrainingStep(
      plan: plan, share: context.world.share(of: plan.mixtures.count),
      network: context.network, compute: context.compute, seed: context.configuration.seed)
    return step.student.reservedBytes + (step.teacher?.reservedBytes ?? 0)
  }
}
