extension RunConfiguration {
  /// The configuration as options of `train`, one a line: what `--config` reads back to the same
  /// run.
  public var yaml: String {
    options.map { "\($0.name): \($0.value)\n" }.joined()
  }

  /// Names of options and their values as YAML; an option that is not set is left out.
  var options: [(name: String, value: String)] {
    var options: [(name: String, value: String)] = [
      ("method", method.rawValue), ("seed", "\(seed)"), ("precision", precision.rawValue),
    ]
    if let dataset = data.dataset {
      options += [("dataset", Self.quoted(dataset)), ("data-root", Self.quoted(data.root))]
    }
    options += [
      ("img-size", "\(data.imageSize)"), ("labeled-ratio", "\(data.labeledRatio)"),
      ("in-channels", "\(data.inputChannelCount)"), ("num-classes", "\(data.classCount)"),
      ("strong-augs", "\(augmentation.strong)"), ("weak-augs", "\(augmentation.weak)"),
      ("num-strong-augs", "\(augmentation.strongCount)"),
      ("num-weak-augs", "\(augmentation.weakCount)"),
      ("randn-strong-augs", "\(augmentation.randomStrongCount)"),
      ("randn-weak-augs", "\(augmentation.randomWeakCount)"),
      ("fs-size", "\(mixing.frequencySize)"),
      ("num-coarse-patches", "\(mixing.coarsePatchCount)"),
      ("num-fine-patches", "\(mixing.finePatchCount)"),
      ("contrastive-weight", "\(objective.contrastiveWeight)"),
      ("consistency-weight", "\(objective.consistencyWeight)"),
      ("pre-iters", "\(schedule.preIterations)"), ("self-iters", "\(schedule.selfIterations)"),
      ("batch-size", "\(schedule.batchSize)"), ("labeled-bs", "\(pairCount)"),
      ("learning-rate", "\(optimizer.learningRate)"),
      ("weight-decay", "\(optimizer.weightDecay)"),
      ("eval-every", "\(schedule.evaluationInterval)"),
    ]
    if let file = execution.initialWeightsFile { options.append(("init", Self.quoted(file))) }
    return options
  }

  /// A double-quoted scalar (YAML 1.2 §7.3.1).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        result += "\\x" + (hex.count < 2 ? "0" : "") + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
