import Runs

/// What `switch-dist predict` is asked for.
public struct PredictionRequest: Sendable {
  public enum ProbabilityFormat: String, CaseIterable, Sendable {
    /// 16 bits, probability × 65535.
    case png
    /// HDF5, float32.
    case h5
  }

  public var inference: InferenceOptions
  public var role = ModelRole.student
  /// Image files, and folders that stand for the images in them.
  public var inputs: [String]
  /// The folder for the masks.
  public var output: String
  /// Probability maps as well, in `probabilities/`, in this format.
  public var probabilities: ProbabilityFormat?
  /// Pictures of the outlines as well, in `overlays/`.
  public var writesOverlays = false
  /// Maps of how far the members of an ensemble disagree as well, in `disagreement/`.
  public var writesDisagreement = false
  /// Where the validation images are that a threshold is chosen on; nil for those of the run.
  public var dataset: String?
  public var dataRoot: String?

  public init(inference: InferenceOptions, inputs: [String], output: String) {
    self.inference = inference
    self.inputs = inputs
    self.output = output
  }

  /// The folders that results go to.
  var folders: [String] {
    [output] + (probabilities != nil ? [Self.probabilities(in: output)] : [])
      + (writesOverlays ? ["\(output)/overlays"] : [])
      + (writesDisagreement ? [Self.disagreement(in: output)] : [])
  }

  static func probabilities(in output: String) -> String { "\(output)/probabilities" }
  static func disagreement(in output: String) -> String { "\(output)/disagreement" }

  /// Whether masks are made by other rules than one model's and one half, which is then recorded.
  var isRecorded: Bool {
    guard case .files(let paths) = inference.weights, paths.count == 1 else { return true }
    return inference.addsMirrorImages || inference.threshold != .half
  }
}
