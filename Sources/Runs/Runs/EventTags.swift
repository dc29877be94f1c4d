import Learning
import Methods
import Metrics

/// The tags under which TensorBoard shows a phase: those of the published code, where it has them.
package struct EventTags {
  private let plan: PhasePlan

  package init(plan: PhasePlan) { self.plan = plan }

  /// The tag of a number in `metrics.jsonl`; nothing for what has no curve.
  func scalar(event: RunEvent, key: String) -> String? {
    switch (event, key) {
    case (.iteration, RunField.learningRate): "train/lr"
    case (.iteration, RunField.imagesPerSecond): "train/\(key)"
    case (.iteration, RunField.pseudoLabelDice): "pseudo_labels/batch_dice"
    case (.iteration, _): "train/\(withoutOnlyGroup(key))_loss"
    case (.validation, RunField.dice): "info/val_dice"
    case (.pseudoLabels, "seconds"): nil
    case (.pseudoLabels, _): "pseudo_labels/\(key)"
    case (.test, _): Self.testKeys.contains(key) ? "test/\(key)" : nil
    default: nil
    }
  }

  private static let testKeys = Measure.all.map(\.key) + PixelwiseScore.keys

  /// The tag of a picture of a phase's first mixture.
  package func image(_ view: MixtureView) -> String {
    let phase = "\(plan.phase.key)_train"
    let group = plan.groups.count > 1 ? "\(plan.groups[plan.mixtures[0].group].name)_" : ""
    return switch view {
    case .input: "\(phase)/\(group)input_images"
    case .output: "\(phase)/\(group)outputs"
    case .label: "\(phase)/\(group)labels"
    case .restored: "\(phase)/r_\(group)input_images"
    }
  }

  /// Where there is one group of mixtures, its losses are those of the phase.
  private func withoutOnlyGroup(_ key: String) -> String {
    guard plan.groups.count == 1, key.hasSuffix("_\(plan.groups[0].name)") else { return key }
    return String(key.dropLast(plan.groups[0].name.count + 1))
  }
}
