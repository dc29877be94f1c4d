import Datasets
import Files
import MPI
import Metrics
import Runs
import Settings
import Telemetry

/// What `--threshold` asks for, found for a model or an ensemble.
struct ThresholdSearch {
  let request: ThresholdRequest
  /// Where the validation images are.
  let images: Dataset

  struct Outcome {
    var threshold: ProbabilityThreshold
    /// Where it was chosen.
    var choice: ThresholdChoice?
  }

  /// What needs no images.
  static func given(_ request: ThresholdRequest) -> Outcome? {
    guard case .value(let threshold) = request else { return nil }
    return Outcome(threshold: threshold)
  }

  /// Whether there are validation images, with masks.
  func check() throws(ConfigurationError) {
    guard request == .chosen else { return }
    let positions = images.splits.validation
    guard !positions.isEmpty else {
      throw ConfigurationError(
        "--threshold auto chooses on validation images, and \(images.name) has none; give a number "
          + "instead")
    }
    if let position = positions.first(where: { !images.hasLabel[$0] }) {
      throw ConfigurationError(
        "--threshold auto chooses on validation images, but \(images.names[position]) of \(images.name) "
          + "has no mask; give a number instead")
    }
  }

  /// Collective.
  func run(_ ensemble: Ensemble, _ evaluator: Evaluator) throws -> Outcome {
    if let given = Self.given(request) { return given }
    let choice = try evaluator.chooseThreshold(ensemble, positions: images.splits.validation)
    return Outcome(
      threshold: ProbabilityThreshold(choice.threshold) ?? .half, choice: choice)
  }
}

extension ThresholdChoice {
  /// For people.
  var text: String {
    func percent(_ value: Double) -> String { decimalText(value * 100, places: 2) }
    return
      "threshold \(decimalText(threshold, places: 6)): mean Dice \(percent(meanDice)) % on the "
      + "\(images) validation images, at one half \(percent(meanDiceAtHalf)) %"
  }
}
