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
  /// - Throws: as `runTraining`.
  public static func run(_ configuration: RunConfiguration) throws {
    try withRun(configuration) { context in
      guard case .begins = try RunStart(context) else { return .stopped }
      try DryRun(context: context).run()
      return .finished
    }
  }

  /// Prints the configuration as `--config` reads it, the rest as its comments. Collective.
  private func run() throws {
    var comments = summary()
    var seconds = 0.0
    for plan in context.configuration.phases {
      let (line, duration) = try describe(plan)
      comments.append(line)
      seconds += duration
    }
    let test = try secondsOfEvaluation(context.dataset.splits.test.count)
    let memory = try ProcessMemory.peakMebibytes(of: context.world)
    comments.append("test: \(durationText(seconds: test))")
    comments.append(
      "in all about \(durationText(seconds: seconds + test)), at least \(memory) MiB in a rank; loading "
        + "and checkpoints take some more")
    guard context.world.rank == 0 else { return }
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

  /// A phase in words, and the seconds it will take.
  private func describe(_ plan: PhasePlan) throws -> (line: String, seconds: Double) {
    let configuration = context.configuration
    let iterations = configuration.iterations(of: plan.phase)
    guard iterations > 0 else { return ("\(plan.phase.name): no iterations", 0) }
    let step = try secondsOfStep(plan)
    let evaluations = iterations / configuration.schedule.evaluationInterval
    let evaluation = try secondsOfEvaluation(context.dataset.splits.validation.count)
    let total = Double(iterations) * step + Double(evaluations) * evaluation
    let line =
      "\(plan.phase.name): \(iterations) iterations of \(plan.imageCount) images at "
      + "\(decimalText(step, places: 3)) s, \(evaluations) evaluations at "
      + "\(decimalText(evaluation, places: 1)) s: \(durationText(seconds: total))"
    return (line, total)
  }

  private func secondsOfStep(_ plan: PhasePlan) throws -> Double {
    let subject = try TrainingSubject(plan, context.world, context.compute, context.network)
    return try seconds(of: subject)
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
