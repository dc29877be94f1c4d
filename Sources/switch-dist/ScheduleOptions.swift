import ArgumentParser
import Training

/// Flags of the optimizer, the batch and the length of the run.
struct ScheduleOptions: ParsableArguments {
  private static let schedule = ScheduleConfiguration()
  private static let optimizer = OptimizerConfiguration()

  @Option(
    help: ArgumentHelp(
      "Iterations of pre-training. \(ScheduleOptions.defaultText(\.schedule.preIterations))",
      valueName: "count"))
  var preIters: Int?

  @Option(
    help: ArgumentHelp(
      "Iterations of self-training. \(ScheduleOptions.defaultText(\.schedule.selfIterations))",
      valueName: "count"))
  var selfIters: Int?

  @Option(
    help: ArgumentHelp("Images of a batch over all ranks; a multiple of 4.", valueName: "count"))
  var batchSize = ScheduleOptions.schedule.batchSize

  @Option(
    help: ArgumentHelp(
      "Labeled images of a batch; must be half of it. (default: half of --batch-size)",
      valueName: "count"))
  var labeledBs: Int?

  @Option(help: ArgumentHelp("Learning rate at the start of each phase.", valueName: "rate"))
  var learningRate = ScheduleOptions.optimizer.learningRate

  @Option(help: ArgumentHelp("Weight decay of the optimizer.", valueName: "rate"))
  var weightDecay = ScheduleOptions.optimizer.weightDecay

  @Option(
    help: ArgumentHelp(
      """
      Iterations between evaluations. \
      \(ScheduleOptions.defaultText(\.schedule.evaluationInterval))
      """, valueName: "count"))
  var evalEvery: Int?

  /// `(default: 256; for the synthetic set 64)`.
  static func defaultText(_ setting: KeyPath<RunConfiguration, Int>) -> String {
    let (usual, short) = (RunConfiguration(), RunConfiguration.syntheticSet)
    return "(default: \(usual[keyPath: setting]); for the synthetic set \(short[keyPath: setting]))"
  }

  func apply(to configuration: inout RunConfiguration) throws(ConfigurationError) {
    if let labeledBs, labeledBs != batchSize / 2 {
      throw ConfigurationError(
        "--labeled-bs must be half of --batch-size \(batchSize), not \(labeledBs)")
    }
    if let preIters { configuration.schedule.preIterations = preIters }
    if let selfIters { configuration.schedule.selfIterations = selfIters }
    configuration.schedule.batchSize = batchSize
    if let evalEvery { configuration.schedule.evaluationInterval = evalEvery }
    configuration.optimizer.learningRate = learningRate
    configuration.optimizer.weightDecay = weightDecay
  }
}
