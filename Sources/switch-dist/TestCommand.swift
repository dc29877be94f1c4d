import ArgumentParser
import Inference
import Jobs
import MPI
import Metrics
import Runs
import Settings

extension TestSplit: ExpressibleByArgument {}

/// `switch-dist test`: how good weights are on labeled images.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Score weights on labeled images: tables, summary, overlays.",
    discussion: """
      Examples:
        switch-dist test --run runs/first
        switch-dist test --run runs/first --model both --largest-component
        switch-dist test --run runs/first --threshold auto --nsd-tolerance 3
        mpirun -n 8 switch-dist test --weights a.h5 b.h5 c.h5 --flips --dataset BUSI

      Data set, image size and precision are those the weights were trained with, unless flags \
      say otherwise. Scores are taken at the network's image size. The output folder gets, for \
      each model, a table (CSV), the same with summary and conventions (JSON), and overlays: truth \
      red, prediction green, both yellow. Of several weights, and of mirror images with --flips, the \
      probabilities are averaged. --threshold auto chooses on the validation images of the data set that is \
      tested, for each model.
      """)

  /// Which models of a checkpoint to test.
  enum Model: String, CaseIterable, ExpressibleByArgument {
    case student, teacher, both

    var roles: [ModelRole] {
      switch self {
      case .student: [.student]
      case .teacher: [.teacher]
      case .both: [.student, .teacher]
      }
    }
  }

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("A run's folder: its best weights and its images.", valueName: "folder"),
    completion: .directory)
  var runFolder: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Checkpoints, or .h5 or .safetensors files of weights under the published names.",
      valueName: "file"),
    completion: .weights)
  var weights: [String] = []

  @Option(
    help: ArgumentHelp(
      "A name under --data-root, a folder or an .h5 file. (default: the run's)",
      valueName: "dataset"),
    completion: .file())
  var dataset: String?

  @Option(
    help: ArgumentHelp(
      "Folder in which data sets have names. (default: data, or the run's)", valueName: "folder"),
    completion: .directory)
  var dataRoot: String?

  @Option(help: "Which model of a self-training checkpoint.")
  var model = Model.student

  @Option(help: "The list to test on.")
  var split = TestSplit.test

  @Option(
    help: ArgumentHelp(
      "Folder for tables and overlays. (default: test in the run's folder; none with --weights)",
      valueName: "folder"),
    completion: .directory)
  var output: String?

  @Flag(inversion: .prefixedNo, help: "Draw overlays.")
  var overlays = true

  @Flag(help: "Draw overlays in the resolution of the image files; needs a folder of PNG files.")
  var originalSize = false

  @Option(
    help: ArgumentHelp(
      "How far edges may lie apart to count as one in the normalized surface Dice.",
      valueName: "pixels"))
  var nsdTolerance = SurfaceTolerance.usual

  @OptionGroup var pixels: PixelFlags
  @OptionGroup var inference: InferenceFlags

  @OptionGroup var stalls: StallFlags

  func validate() throws {
    guard nsdTolerance >= 0, nsdTolerance.isFinite else {
      throw ValidationError("--nsd-tolerance must be 0 or more pixels")
    }
  }

  func run() throws {
    var request = TestRequest(inference: inference.options(try source()))
    request.inference.pixels = pixels.rules
    request.dataset = dataset
    request.dataRoot = dataRoot
    request.roles = model.roles
    request.split = split
    request.output = output
    request.writesOverlays = overlays
    request.usesOriginalSize = originalSize
    request.surfaceTolerance = nsdTolerance
    let test = WeightsTest(request)
    let settings = ParallelJob.settings(ofArguments: Array(CommandLine.arguments.dropFirst()))
    try ParallelJob.run("test", settings: settings, stalls: stalls.policy) { world in
      for line in try test.run(on: world) { print(line) }
    }
  }

  private func source() throws(ConfigurationError) -> InferenceOptions.Weights {
    switch (runFolder, weights.isEmpty) {
    case (let folder?, true): .run(folder)
    case (nil, false): .files(weights)
    case (nil, true):
      throw ConfigurationError(
        "name what to test: --run with a run's folder or --weights with a file")
    default: throw ConfigurationError("--run and --weights both name weights: use one")
    }
  }
}
