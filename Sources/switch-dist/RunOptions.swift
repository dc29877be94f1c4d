import ArgumentParser
import Methods
import Training

/// Flags that say how a run is carried out.
struct RunOptions: ParsableArguments {
  private static let defaults = ExecutionConfiguration()

  @Option(
    help: ArgumentHelp(
      """
      Options from a YAML file, one a line such as batch-size: 16; those of the command line win. \
      Each run writes its own as configuration.yaml.
      """, valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Option(help: "Name of the run.")
  var exp = RunOptions.defaults.experiment

  @Option(
    help: ArgumentHelp(
      "Folder for log, measures, checkpoints and overlays. (default: runs/EXP)",
      valueName: "folder"),
    completion: .directory)
  var runDir: String?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "Start on the weights of a checkpoint or of an .h5 file under the published names.",
      valueName: "file"),
    completion: .hdf5)
  var initialWeights: String?

  @Flag(help: "Go on from the last checkpoint of the run, on any number of ranks.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Stop with a checkpoint after this many iterations; exit code 3; go on with --resume.",
      valueName: "iterations"))
  var stopAfter: Int?

  @Flag(help: "Train nothing; test the run that exists.")
  var test = false

  @Flag(
    help: "Check data and settings, print them with the memory and time of the run, train nothing.")
  var dryRun = false

  @Flag(help: "No live line and no losses on the terminal; log.txt has them.")
  var quiet = false

  @Option(
    help: ArgumentHelp(
      "Computing threads of each rank. (default: the cores a rank may use)", valueName: "count"))
  var threads: Int?

  @Option(help: ArgumentHelp("Loader threads of each rank.", valueName: "count"))
  var numWorkers = RunOptions.defaults.loaderThreadCount

  @Option(
    help: ArgumentHelp(
      """
      Write everything of this iteration into the run's folder, dump_PHASE_N.h5 and .png: images, \
      masks, pseudo-labels, logits, losses, norms. The same bytes on any number of ranks.
      """, valueName: "iteration"))
  var dumpIteration: Int?

  @Option(
    help: ArgumentHelp(
      "The phase whose iteration is written, pre or self. (default: the last that has it)",
      valueName: "phase"))
  var dumpPhase: DumpPhase?

  @Option(help: "Key of all random numbers; one seed gives one result.")
  var seed = RunConfiguration().seed

  func apply(to configuration: inout RunConfiguration) {
    configuration.seed = seed
    configuration.execution.experiment = exp
    configuration.execution.runDirectory = runDir
    configuration.execution.initialWeightsFile = initialWeights
    configuration.execution.threadCount = threads
    configuration.execution.loaderThreadCount = numWorkers
    configuration.execution.resumes = resume
    configuration.execution.stopAfter = stopAfter
    configuration.execution.testsOnly = test
    configuration.execution.isDryRun = dryRun
    configuration.execution.isQuiet = quiet
    configuration.execution.dumpIteration = dumpIteration
    configuration.execution.dumpPhase = dumpPhase?.kind
  }
}

/// Phases as the command line calls them.
enum DumpPhase: String, CaseIterable, ExpressibleByArgument {
  case pre
  case `self`

  var kind: PhasePlan.Kind {
    switch self {
    case .pre: .preTraining
    case .`self`: .selfTraining
    }
  }
}
