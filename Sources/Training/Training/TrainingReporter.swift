import Files
import Jobs
import Learning
import Logging
import MPI
import Methods
import Report
import Runs
import Settings
import Telemetry

/// Says how a run goes: log lines, progress line, `metrics.jsonl` and TensorBoard's event files, all
/// from rank 0.
package final class TrainingReporter {
  let context: RunContext
  let log: Logger
  var line: ProgressLine
  let metrics: RunMetrics?
  private var throughput = Throughput()
  private(set) var iterations = 0
  /// Iterations of the phases before the present one.
  private(set) var earlierIterations = 0
  private var phaseStart = ContinuousClock.now
  /// The end of the last phase begun: a test stands there.
  private var end: RunMetrics.Place?
  /// What the last evaluation took, with what was looked at besides.
  var evaluationSeconds = 0.0
  /// Why the run's records could not be written, on rank 0; nothing is written after that.
  private(set) var failure: String?
  /// Iterations between two lines of losses.
  private static let interval = 10

  init(_ context: RunContext) throws {
    self.context = context
    log = context.log
    line = ProgressLine(console: context.console)
    metrics = try context.world.agree {
      context.world.rank == 0 ? try RunMetrics(context.folder) : nil
    }
  }

  /// Writes to the run's records. That they cannot be written is a failure of rank 0 alone, which all
  /// ranks hear of at the next `requireRecords`, with a checkpoint written before.
  func record(_ write: (RunMetrics) throws -> Void) {
    guard let metrics, failure == nil else { return }
    failure = context.lock?.findLoss()
    guard failure == nil else { return }
    do {
      try write(metrics)
    } catch {
      failure = "\(error)"
    }
  }

  /// Ends the run on all ranks when its records could not be written. Collective.
  func requireRecords() throws {
    try context.world.agree {
      guard let failure else { return }
      throw SharedFailure(message: "\(failure); mend that and go on with --resume")
    }
  }

  /// The start-up summary.
  ///
  /// - Parameter estimate: what the run will take, where it trains.
  func start(expecting estimate: String?) throws {
    let configuration = context.configuration
    let dataset = context.dataset
    let splits = dataset.splits
    if configuration.data.dataset == nil {
      log.info("no --dataset given: training on the built-in synthetic set")
    }
    log.info(
      """
      data \(dataset.name): \(splits.train.count) train, \(splits.validation.count) val, \
      \(splits.test.count) test images of \(dataset.imageSize)×\(dataset.imageSize), \
      \(decimalText(configuration.data.labeledRatio * 100, places: 1)) % labeled
      """)
    for note in dataset.notes { log.info("data: \(note)") }
    for doubt in context.masksInDoubt { log.warning("data: \(doubt)") }
    let ranks = context.world.size
    let threads = context.compute.pool.count
    log.info(
      """
      \(ranks) rank\(ranks == 1 ? "" : "s") × \(threads) thread\(threads == 1 ? "" : "s"), \
      \(context.compute.unit.rawValue), \(context.network.graph.layout.parameterCount) parameters, \
      batch \(configuration.schedule.batchSize), seed \(configuration.seed), run \
      \(context.folder.path)
      """)
    for note in context.repetitions { log.info("\(note)") }
    if let estimate { log.info("\(estimate)") }
    record {
      try $0.append(
        .start,
        [
          RunField.ranks: .integer(ranks), RunField.threads: .integer(threads),
          RunField.vectorUnit: .text(context.compute.unit.rawValue),
          RunField.arithmeticVersion: .integer(ArithmeticVersion.current),
          RunField.toolVersion: .text(toolVersion),
          RunField.libraries: .text(libraryVersions),
          RunField.data: .text(dataset.name), RunField.sourceDigest: .text(dataset.sourceDigest),
          RunField.contentDigest: .text(context.contentDigest),
          RunField.trainingImages: .integer(splits.train.count),
          RunField.labeledImages: .integer(context.labeledCount),
          RunField.validationImages: .integer(splits.validation.count),
          RunField.testImages: .integer(splits.test.count),
        ])
    }
  }

  /// - Parameters:
  ///   - start: iterations done in earlier sessions.
  ///   - earlier: iterations of the phases before this one.
  func begin(_ plan: PhasePlan, iterations: Int, from start: Int, after earlier: Int) throws {
    self.iterations = iterations
    earlierIterations = earlier
    end = .init(plan: plan, step: earlier + iterations)
    if start < iterations {
      try context.world.agree { try metrics?.openEvents(startingAt: earlier + start + 1) }
    }
    throughput = Throughput()
    phaseStart = .now
    log.info("\(plan.phase.name): \(iterations) iterations")
    let idle = context.world.size - min(context.world.size, plan.mixtures.count)
    if idle > 0 {
      log.info(
        "\(plan.phase.name) has \(plan.mixtures.count) mixtures: \(idle) ranks have none and wait")
    }
  }

  /// Whether the numbers of an iteration are recorded.
  func tells(_ progress: PhaseProgress) -> Bool {
    progress.iteration % Self.interval == 0 || progress.iteration == iterations
  }

  func iteration(
    _ plan: PhasePlan, _ progress: PhaseProgress, losses: StepLosses, learningRate: Double,
    pseudoLabelDice: Double?, duration: Duration
  ) {
    throughput.record(step: duration)
    let seconds = throughput.secondsPerStep ?? 0
    let images = seconds > 0 ? Double(plan.imageCount) / seconds : 0
    var shown = Progress(
      phase: plan.phase.name, iteration: progress.iteration, iterationCount: iterations)
    shown.losses = losses.entries.map { .init($0.name, $0.value) }
    shown.bestDice = progress.bestScore
    shown.imagesPerSecond = images
    shown.timeLeft = timeLeft(after: progress, secondsPerStep: seconds)
    if context.world.rank == 0 { line.show(shown) }
    guard tells(progress) else { return }
    log.debug("\(shown)")
    record {
      try $0.append(
        .iteration,
        [
          (RunField.phase, .text(plan.phase.name)),
          (RunField.iteration, .integer(progress.iteration)),
        ]
          + losses.entries.map { (key: $0.name, value: .number($0.value)) }
          + (pseudoLabelDice.map { [(RunField.pseudoLabelDice, .number($0))] } ?? []) + [
            (RunField.learningRate, .number(learningRate)),
            (RunField.imagesPerSecond, .number(images)),
          ], at: place(plan, progress))
    }
  }

  /// Seconds to the end of the phase, evaluations included as soon as there was one.
  private func timeLeft(after progress: PhaseProgress, secondsPerStep: Double) -> Double {
    let interval = context.configuration.schedule.evaluationInterval
    let evaluations = iterations / interval - progress.iteration / interval
    return secondsPerStep * Double(iterations - progress.iteration)
      + evaluationSeconds * Double(evaluations)
  }

  func evaluation(
    _ plan: PhasePlan, _ progress: PhaseProgress, score: Double, isBetter: Bool, duration: Duration
  ) {
    evaluationSeconds = duration / .seconds(1)
    log.info(
      """
      \(plan.phase.name) \(progress.iteration)/\(iterations): validation Dice \
      \(decimalText(score * 100, places: 2)) %\(isBetter ? ", the best so far" : "")
      """)
    record {
      try $0.append(
        .validation,
        [
          RunField.phase: .text(plan.phase.name), RunField.iteration: .integer(progress.iteration),
          RunField.dice: .number(score), "best": .flag(isBetter),
          "seconds": .number(duration / .seconds(1)),
        ], at: place(plan, progress))
    }
  }

  func place(_ plan: PhasePlan, _ progress: PhaseProgress) -> RunMetrics.Place {
    .init(plan: plan, step: earlierIterations + progress.iteration)
  }

  func stopped(_ plan: PhasePlan, _ progress: PhaseProgress) {
    line.clear()
    log.info(
      """
      stopped after \(progress.iteration) iterations of \(plan.phase.name); \
      go on with --resume (any number of ranks)
      """)
    record {
      try $0.append(
        .stopped,
        [RunField.phase: .text(plan.phase.name), RunField.iteration: .integer(progress.iteration)])
    }
  }

  func end(_ plan: PhasePlan, _ progress: PhaseProgress) {
    line.clear()
    let best = progress.bestScore.map { score in
      "best validation Dice \(decimalText(score * 100, places: 2)) % at iteration "
        + "\(progress.bestIteration ?? 0)"
    }
    log.info("\(plan.phase.name) done: \(best ?? "never evaluated, the last weights are kept")")
    record {
      try $0.append(
        .phase,
        [
          RunField.phase: .text(plan.phase.name), "iterations": .integer(progress.iteration),
          "best_dice": .optional(progress.bestScore),
          "seconds": .number((ContinuousClock.now - phaseStart) / .seconds(1)),
        ])
    }
  }

  /// What each rank did in this session.
  package struct Share {
    package var trainingImages: Int
    var evaluationImages: Int
    package var peakResidentMebibytes: Int
  }

  /// Images each rank forwarded in this session, training and validation, and the memory it held.
  /// Collective.
  func shares(_ own: Share) throws {
    let all = try context.world.allGather([
      Int64(own.trainingImages), Int64(own.evaluationImages), Int64(own.peakResidentMebibytes),
    ])
    for rank in 0..<context.world.size {
      record {
        try $0.append(
          .forwarded,
          [
            "rank": .integer(rank), "training": .integer(Int(all[3 * rank])),
            "evaluation": .integer(Int(all[3 * rank + 1])),
            RunField.peakResidentMebibytes: .integer(Int(all[3 * rank + 2])),
          ])
      }
    }
  }

  /// The digests of a finished run's checkpoints, with which its records are whole.
  func checkpoints() throws {
    guard let metrics else { return }
    for path in context.folder.checkpoints {
      record {
        try $0.append(
          .checkpoint,
          [
            RunField.file: .text(FileSystem.lastComponent(path)),
            RunField.digest: .text(try ContentDigest.ofFile(path)),
          ])
      }
    }
    try metrics.record.synchronize()
  }

  /// A few training images for the report; a run is not lost for want of them.
  func samples() {
    do {
      try SampleImages(context: context).write()
    } catch {
      log.warning("no pictures of training images: \(error)")
    }
  }

  /// The report; a run is not lost for want of it.
  func report() {
    guard context.world.rank == 0 else { return }
    do {
      let path = try RunReport.write(run: context.folder.path)
      log.info("report in \(path)")
    } catch {
      log.warning("no report: \(error)")
    }
  }

  /// The final table and its event.
  func tested(_ result: TestResult, weights: String) {
    for text in result.table() { log.info("\(text)") }
    log.info("overlays in \(context.folder.overlays.folder), scores in \(context.folder.scores)")
    record {
      try $0.append(.test, result.fields + [(RunField.weights, .text(weights))], at: end)
    }
  }
}
