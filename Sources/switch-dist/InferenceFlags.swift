import ArgumentParser
import Inference
import Kernels
import Metrics
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
      """
      The probability above which a pixel is lesion, or auto: the one of the largest mean Dice on the \
      validation images, before --largest-component. (default: 0.5)
      """, valueName: "probability"),
    transform: ThresholdRequest.init(text:))
  var threshold = ThresholdRequest.half

  @Flag(
    help: """
      Segment the mirror image (left and right exchanged) too and average the probabilities of both.
      """)
  var flips = false

  @Option(
    help: ArgumentHelp(
      "Computing threads of each rank. (default: the cores a rank may use)", valueName: "count"))
  var threads: Int?

  func options(_ weights: InferenceOptions.Weights) -> InferenceOptions {
    var options = InferenceOptions(weights: weights)
    options.imageSize = imgSize
    options.precision = precision
    options.keepsLargestComponent = largestComponent
    options.threshold = threshold
    options.addsMirrorImages = flips
    options.threadCount = threads
    return options
  }
}

extension ThresholdRequest {
  fileprivate init(text: String) throws {
    if text == "auto" {
      self = .chosen
    } else if let threshold = Double(text).flatMap({ ProbabilityThreshold($0) }) {
      self = .value(threshold)
    } else {
      throw ValidationError("auto, or a number between 0 and 1")
    }
  }
}

extension ModelRole: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
