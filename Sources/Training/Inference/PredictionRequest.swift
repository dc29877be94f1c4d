import Runs

/// What `switch-dist predict` is asked for.
public struct PredictionRequest: Sendable {
  public var inference: InferenceOptions
  public var role = ModelRole.student
  /// Image files, and folders that stand for the images in them.
  public var inputs: [String]
  /// The folder for the masks.
  public var output: String
  /// Probability maps as well, in `probabilities/`.
  public var writesProbabilities = false
  /// Pictures of the outlines as well, in `overlays/`.
  public var writesOverlays = false

  public init(inference: InferenceOptions, inputs: [String], output: String) {
    self.inference = inference
    self.inputs = inputs
    self.output = output
  }

  /// The folders that results go to.
  var folders: [String] {
    [output] + (writesProbabilities ? ["\(output)/probabilities"] : [])
      + (writesOverlays ? ["\(output)/overlays"] : [])
  }
}
