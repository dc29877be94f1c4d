/// How a run is carried out. Nothing here changes its result.
public struct ExecutionConfiguration: Equatable, Sendable {
  /// The name of the run, and of its folder under `runs/`.
  public var experiment = "switch"
  /// Log, measures, checkpoints and overlays; nil for `runs/` and the experiment's name.
  public var runDirectory: String?
  /// Computing threads of each rank; nil for the cores each rank may use.
  public var threadCount: Int?
  /// Loader threads of each rank.
  public var loaderThreadCount = 1
  /// Memory of each rank for images that were read from a data set file.
  public var cacheMebibytes = 512
  /// When it is said that the ranks stand still, and when the job is ended for it; 0 for never.
  public var stallWarning = TimeSpan(seconds: 60)
  public var stallLimit = TimeSpan(seconds: 600)
  /// Go on from the last checkpoint of the run.
  public var resumes = false
  /// Go on if the run's folder holds a run, else begin one.
  public var resumesIfBegun = false
  /// Stop, with a checkpoint, after this many iterations of this session; nil to go to the end.
  public var stopAfter: Int?
  /// Checkpoints between those of evaluations, so that a run that is killed keeps something.
  public var checkpointInterval = CheckpointInterval.minutes(10)
  /// A checkpoint or a file of weights that the student starts on. Of it the result keeps the digest,
  /// `RunConfiguration.initialWeights`.
  public var initialWeightsFile: String?
  /// No live line, and of the losses only what the log file gets.
  public var isQuiet = false
  /// Say what a run would do, and do nothing.
  public var isDryRun = false
  /// Train nothing: test the run that exists.
  public var testsOnly = false

  /// Compare pseudo-labels with the masks of unlabeled images, where these have some.
  public var watchesPseudoLabels = false
  /// Write everything of this iteration into the run's folder; counted from 1 in its phase.
  public var dumpIteration: Int?
  /// The phase of `dumpIteration` by its key; nil for the last one that has it.
  public var dumpPhase: String?

  /// Labeled images of a batch, where said: half of it.
  public var labeledBatchSize: Int?

  public init() {}
}
