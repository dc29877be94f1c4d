import ArgumentParser
import Training

/// Flags of the optimizer, the batch and the length of the run.
struct ScheduleOptions: ParsableArguments {
  private static let schedule = ScheduleConfiguration()
  private static let optimizer = OptimizerConfiguration()

  @Option(help: ArgumentHelp("Iterations of pre-training.", valueName: "count"))
  var preIters = ScheduleOptions.schedule.preIterations

  @Option(help: ArgumentHelp("Iterations of self-training.", valueName: "count"))
  var selfIters = ScheduleOptions.schedule.selfIterations

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

  @Option(help: ArgumentHelp("Iterations between evaluations.", valueName: "count"))
  var evalEvery = ScheduleOptions.schedule.evaluationInterval

  func apply(to configuration: inout RunConfiguration) throws(ConfigurationError) {
    if let labeledBs, labeledBs != batchSize / 2 {
      throw ConfigurationError(
        "--labeled-bs must be half of --batch-size \(batchSize), not \(labeledBs)")
    }
    configuration.schedule.preIterations = preIters
    configuration.schedule.selfIterations = selfIters
    configuration.schedule.batchSize = batchSize
    configuration.schedule.evaluationInterval = evalEvery
    configuration.optimizer.learningRate = learningRate
    configuration.optimizer.weightDecay = weightDecay
  }
}
