import ArgumentParser
import Inference
import Jobs
import MPI
import Runs

/// `switch-dist predict`: masks for new images.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segment new images; masks in their own resolution.",
    discussion: """
      Examples:
        switch-dist predict --weights best.h5 --input scans --output masks
        switch-dist predict --weights best.h5 --input a.png --output one --overlays
        switch-dist predict --weights a.h5 b.h5 c.h5 --flips --input scans --output masks --disagreement

      Each image gets OUTPUT/NAME.png: 255 is lesion, 0 is not. Colors become gray, 16 bits \
      become 8 as --window says, or as it said in training. The network sees the image resized to the size it was trained with; the difference of its two logits is resized back (bilinear) \
      and lesion is where it is above 0, that is, where the probability is above one half. \
      --probabilities writes the probability × 65535 as 16-bit PNG into OUTPUT/probabilities, or with h5 \
      as HDF5, float32.

      Of several weights, and of mirror images with --flips, the probabilities are averaged at the image's \
      size, and lesion is where the mean is above --threshold. --disagreement writes their standard \
      deviation × 65535 as 16-bit PNG into OUTPUT/disagreement. How such masks were made is in \
      OUTPUT/prediction.json.

      Under mpirun the images are shared out; the result does not depend on the number of ranks. \
      Of a folder, hidden files such as ._a.png, pipes, and masks that lie beside their image, such as \
      a_mask.png beside a.png, are left out.

      An image that cannot be read is reported and the others are done. Exit codes: 0 all images \
      segmented, 1 an error or an image that failed, 64 wrong usage, 75 another process is using the \
      output folder.
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Checkpoints, or .h5 or .safetensors files of weights under the published names.",
      valueName: "file"),
    completion: .weights)
  var weights: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("PNG or JPEG files, or folders of them.", valueName: "path"),
    completion: .file())
  var input: [String]

  @Option(
    help: ArgumentHelp("Folder for the masks; made if needed.", valueName: "folder"),
    completion: .directory)
  var output: String

  @Option(help: "Which model of a self-training checkpoint.")
  var model = ModelRole.student

  @Option(
    defaultAsFlag: PredictionRequest.ProbabilityFormat.png,
    help: ArgumentHelp(
      "Write probability maps as well, as png (16 bits) or h5 (float32).", valueName: "format"))
  var probabilities: PredictionRequest.ProbabilityFormat?

  @Flag(help: "Write pictures of the outlines as well, into OUTPUT/overlays.")
  var overlays = false

  @Flag(help: "Write maps of how far several weights, or --flips, disagree.")
  var disagreement = false

  @Option(
    help: ArgumentHelp(
      "With --threshold auto: the data set whose validation images it looks at. (default: the run's)",
      valueName: "dataset"),
    completion: .file())
  var dataset: String?

  @Option(
    help: ArgumentHelp(
      "With --threshold auto: folder in which data sets have names. (default: data, or the run's)",
      valueName: "folder"),
    completion: .directory)
  var dataRoot: String?

  @OptionGroup var images: WindowFlag
  @OptionGroup var inference: InferenceFlags

  @OptionGroup var stalls: StallFlags

  func run() throws {
    var request = PredictionRequest(
      inference: inference.options(.files(weights)), inputs: input, output: output)
    request.inference.pixels = images.rules
    request.role = model
    request.probabilities = probabilities
    request.writesOverlays = overlays
    request.writesDisagreement = disagreement
    request.dataset = dataset
    request.dataRoot = dataRoot
    let prediction = Prediction(request)
    let settings = ParallelJob.settings(ofArguments: Array(CommandLine.arguments.dropFirst()))
    try ParallelJob.run("predict", settings: settings, stalls: stalls.policy) { world in
      let count = try prediction.run(on: world)
      if world.rank == 0 {
        print("segmented \(count) image\(count == 1 ? "" : "s") into \(output)")
      }
    }
  }
}

extension PredictionRequest.ProbabilityFormat: ExpressibleByArgument {}
