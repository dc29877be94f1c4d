import Glibc
import MPI
import Methods
import Network
import Telemetry

/// What a run will take, foretold before its first iteration from one image that went through the
/// network. What ranks and threads cost each other is not in it; `--dry-run` times whole steps.
struct RunEstimate {
  /// Seconds of one image through the network and back on one thread, on the slowest rank.
  let forward: Double
  let backward: Double
  private let context: RunContext

  /// Collective.
  init(_ context: RunContext) throws {
    self.context = context
    forward = try context.world.allReduceMax(context.probe.forwardSeconds)
    backward = try context.world.allReduceMax(context.probe.backwardSeconds)
  }

  /// One line: time of what is left of the phases, and the memory of a rank.
  func text(from resumption: Resumption?) throws -> String {
    let configuration = context.configuration
    var parts: [String] = []
    var total = secondsOfEvaluation(context.dataset.splits.test.count)
    var bytes = 0
    for plan in configuration.phases {
      if let resumption, resumption.phase.rawValue > plan.kind.rawValue { continue }
      let done = resumption?.phase == plan.kind ? resumption?.progress.iteration ?? 0 : 0
      let iterations = configuration.iterations(of: plan.kind) - done
      guard iterations > 0 else { continue }
      let evaluations = iterations / configuration.schedule.evaluationInterval
      let seconds =
        Double(iterations) * secondsOfStep(plan)
        + Double(evaluations) * secondsOfEvaluation(context.dataset.splits.validation.count)
      parts.append("\(plan.kind.name) \(durationText(seconds: seconds))")
      total += seconds
      bytes = max(bytes, try reservedBytes(plan))
    }
    let memory = (bytes + Self.residentBytes) >> 20
    return "will take about \(durationText(seconds: total))"
      + (parts.count > 1 ? " (\(parts.joined(separator: ", ")))" : "")
      + " and \(memory) MiB in each rank, judged by one image"
  }

  /// What this process holds now (proc(5), `statm`: pages); the largest amount, which the system also
  /// tells, may be that of the process it was started by.
  private static var residentBytes: Int {
    let fields = (UsableCores.content(of: "/proc/self/statm") ?? "").split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
  }

  private var threads: Int { context.compute.pool.count }

  private func rounds(_ images: Int) -> Double { Double((images + threads - 1) / threads) }

  private func secondsOfStep(_ plan: PhasePlan) -> Double {
    let ranks = context.world.size
    let mixtures = (plan.mixtures.count + ranks - 1) / ranks
    let views = mixtures * (plan.hasRestoredViews ? 2 : 1)
    return rounds(views) * (forward + backward)
      + (plan.usesTeacher ? rounds(mixtures) * forward : 0)
  }

  private func secondsOfEvaluation(_ images: Int) -> Double {
    let ranks = context.world.size
    return rounds((images + ranks - 1) / ranks) * forward
  }

  /// Of a step on rank 0, which has no fewer images than the others but for one; address space only.
  private func reservedBytes(_ plan: PhasePlan) throws -> Int {
    let step = try TrainingStep(
      plan: plan, share: plan.share(rank: context.world.rank, ranks: context.world.size),
      network: context.network, compute: context.compute, seed: context.configuration.seed)
    return step.student.reservedBytes + (step.teacher?.reservedBytes ?? 0)
  }
}
