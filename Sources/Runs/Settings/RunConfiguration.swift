import Kernels

/// Everything that decides the result of a run, nested by component, beside how it is carried out.
///
/// The canonical JSON holds the first part only: two runs of one configuration give the same
/// checkpoint on any number of ranks and threads, and must say the same about themselves.
/// Defaults are those of the published program.
public struct RunConfiguration: Equatable, Sendable {
  public var method = TrainingMethod.switch
  /// The key of every random number of the run.
  public var seed: UInt64 = 1
  /// Of feature maps and the convolutions' products; it changes the numbers, not the promise.
  public var precision = Precision.fp32
  public var data = DataConfiguration()
  public var augmentation = AugmentationConfiguration()
  public var mixing = MixingConfiguration()
  public var objective = ObjectiveConfiguration()
  public var optimizer = OptimizerConfiguration()
  public var schedule = ScheduleConfiguration()
  public var divergence = DivergenceConfiguration()
  /// `ContentDigest` of the file whose weights the student starts on; nil for fresh weights. Found
  /// out when the run starts, see `ExecutionConfiguration.initialWeightsFile`.
  public var initialWeights: String?
  /// How the run is carried out, which does not change its result: not part of the JSON.
  public var execution = ExecutionConfiguration()

  public init() {}

  /// Defaults where no data set is named: the shortest run on the built-in synthetic set whose result
  /// is worth looking at.
  public static var syntheticSet: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.imageSize = 64
    configuration.schedule.preIterations = 200
    configuration.schedule.selfIterations = 60
    configuration.schedule.evaluationInterval = 20
    return configuration
  }

  /// Pairs of one labeled and one unlabeled image in a batch; ranks share them out.
  public var pairCount: Int { schedule.batchSize / 2 }

  /// The folder of the run: the one asked for, or `runs/` and the experiment's name.
  public var runDirectory: String {
    execution.runDirectory ?? "runs/\(execution.experiment)"
  }
}
