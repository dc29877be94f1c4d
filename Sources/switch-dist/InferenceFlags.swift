import ArgumentParser
import Inference
import Kernels
import Runs

/// Flags that tests and predictions share.
struct InferenceFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Side of the images the network sees. (default: as trained, 256 for plain weights)",
      valueName: "pixels"))
  var imgSize: Int?

  @Option(help: "fp32 or bf16. (default: as trained)")
  var precision: Precision?

  @Flag(help: "Leave only the largest 8-connected component of each mask.")
  var largestComponent = false

  @Option(
    help: ArgumentHelp(
      "Computing threads of each rank. (default: the cores a rank may use)", valueName: "count"))
  var threads: Int?

  func options(_ weights: InferenceOptions.Weights) -> InferenceOptions {
    var options = InferenceOptions(weights: weights)
    options.imageSize = imgSize
    options.precision = precision
    options.keepsLargestComponent = largestComponent
    options.threadCount = threads
    return options
  }
}

extension ModelRole: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
