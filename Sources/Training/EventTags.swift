import Methods

/// The tags under which TensorBoard shows a phase: those of the published code, where it has them.
struct EventTags {
  let plan: PhasePlan

  /// The tag of a number in `metrics.jsonl`; nothing for what has no curve.
  func scalar(event: String, key: String) -> String? {
    switch (event, key) {
    case ("iteration", "learning_rate"): "train/lr"
    case ("iteration", "images_per_second"): "train/images_per_second"
    case ("iteration", _): "train/\(withoutOnlyGroup(key))_loss"
    case ("validation", "dice"): "info/val_dice"
    case ("test", "dice"), ("test", "iou"), ("test", "hd95"), ("test", "asd"): "test/\(key)"
    default: nil
    }
  }

  /// The tag of a picture of a phase's first mixture.
  func image(_ view: MixtureView) -> String {
    let phase =
      switch plan.kind {
      case .preTraining: "pre_train"
      case .selfTraining: "self_train"
      }
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
