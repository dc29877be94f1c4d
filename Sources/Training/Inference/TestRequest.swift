import Metrics
import Runs

/// What `switch-dist test` is asked for.
public struct TestRequest: Sendable {
  public var inference: InferenceOptions
  /// The images; nil for those of the run.
  public var dataset: String?
  public var dataRoot: String?
  public var roles = [ModelRole.student]
  public var split = TestSplit.test
  /// Of the normalized surface Dice, in pixels.
  public var surfaceTolerance = SurfaceTolerance.usual
  /// The folder for tables and overlays; nil for `test` in the run's folder, or for none where the
  /// weights are not those of a run.
  public var output: String?
  public var writesOverlays = true
  /// Overlays in the resolution of the images' files, not at the network's.
  public var usesOriginalSize = false

  public init(inference: InferenceOptions) { self.inference = inference }

  /// Where to write, if anywhere.
  package var folder: String? {
    if let output { return output }
    if case .run(let path) = inference.weights { return RunFolder(path).tests }
    return nil
  }
}
