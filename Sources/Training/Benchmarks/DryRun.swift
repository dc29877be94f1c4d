import Jobs
import Methods
import Settings
import Telemetry
import Training

/// What a run would do, found out on the data and the machine it would run on: a few steps of each
/// phase are timed on random images. Nothing is trained or written.
public struct DryRun {
  private static let warmup = 1
  private static let steps = 2
  private let context: RunContext

  /// Tells it of the run that `configuration` describes, on the ranks this process was started with.
  ///
  /// - Parameter showsCost: prints a `RunCost` for programs instead.
  /// - Throws: as `runTraining`.
  public static func run(_ configuration: RunConfiguration, showsCost: Bool = false) throws {
    try withRun(configuration) { context in
      guard case .begins = try RunStart(context) else { return .stopped }
      let run = DryRun(context: context)
      let cost = try run.cost()
      guard context.world.rank == 0 else { return .finished }
      if showsCost { print(try cost.text) } else { try run.describe(cost) }
      return .finished
    }
  }

  /// Times the phases. Collective.
  private func cost() throws -> RunCost {
    let splits = context.dataset.splits
    var parts: [RunCost.Part] = []
    for plan in context.configuration.phases
    where context.configuration.iterations(of: plan.phase) > 0 {
      let subject = try TrainingSubject(plan, context.world, context.compute, context.network)
      parts.append(
        RunCost.Part(
          phase: plan.phase.key, step: try seconds(of: subject),
          evaluation: try secondsOfEvaluation(splits.validation.count)))
    }
    return RunCost(
      parts: parts, test: try secondsOfEvaluation(splits.test.count),
      testImages: splits.test.count,
      mebibytes: try ProcessMemory.peakMebibytes(of: context.world))
  }

  /// Prints the configuration as `--config` reads it, the rest as its comments.
  private func describe(_ cost: RunCost) throws {
    var comments = summary()
    for plan in context.configuration.phases { comments.append(line(of: plan, cost)) }
    comments.append("test: \(durationText(seconds: cost.test))")
    comments.append(
      "in all about \(durationText(seconds: cost.seconds(of: context.configuration))), at least "
        + "\(cost.mebibytes) MiB in a rank; loading and checkpoints take some more")
    let options = try context.configuration.yaml()
    print(comments.map { "# \($0)\n" }.joined() + options, terminator: "")
  }

  private func summary() -> [String] {
    let splits = context.dataset.splits
    let (ranks, threads) = (context.world.size, context.compute.pool.count)
    var lines = [
      "data \(context.dataset.name): \(splits.train.count) train, \(context.labeledCount) of them labeled, "
        + "\(splits.validation.count) val, \(splits.test.count) test images",
      "\(ranks) rank\(ranks == 1 ? "" : "s") × \(threads) thread\(threads == 1 ? "" : "s"), "
        + context.compute.unit.rawValue,
      "run folder \(context.folder.path)",
    ]
    lines += (context.dataset.notes + context.masksInDoubt).map { "data: \($0)" }
    return lines
  }

  /// A phase in words.
  private func line(of plan: PhasePlan, _ cost: RunCost) -> String {
    let configuration = context.configuration
    guard let part = cost.parts.first(where: { $0.phase == plan.phase.key }) else {
      return "\(plan.phase.name): no iterations"
    }
    let iterations = configuration.iterations(of: plan.phase)
    let evaluations = iterations / configuration.schedule.evaluationInterval
    let total = Double(iterations) * part.step + Double(evaluations) * part.evaluation
    return "\(plan.phase.name): \(iterations) iterations of \(plan.imageCount) images at "
      + "\(decimalText(part.step, places: 3)) s, \(evaluations) evaluations at "
      + "\(decimalText(part.evaluation, places: 1)) s: \(durationText(seconds: total))"
  }

  /// As many images as the threads of all ranks forward at once stand for the rest.
  private func secondsOfEvaluation(_ count: Int) throws -> Double {
    let images = context.world.size * context.compute.pool.count
    let subject = try EvaluationSubject(images, context.world, context.compute, context.network)
    return try seconds(of: subject) * Double((count + images - 1) / images)
  }

  private func seconds(of subject: any BenchmarkSubject) throws -> Double {
    for iteration in 0..<Self.warmup { try subject.step(iteration) }
    try context.world.barrier()
    let start = ContinuousClock.now
    for iteration in 0..<Self.steps { try subject.step(Self.warmup + iteration) }
    try context.world.barrier()
    let own = (ContinuousClock.now - start) / .seconds(1) / Double(Self.steps)
    // One rank's clock for all: they must print and add the same.
    return try context.world.broadcast(own)
  }
}
