import Runs
import Settings
import Telemetry

/// What is at fault when a step makes numbers that cannot be summed, and what to do about it.
struct DivergenceVerdict {
  enum Cause: String {
    /// The training led there: a lower rate may not.
    case divergence
    /// The batch makes them on weights that were good, too.
    case data
    /// The weights to go back to make them.
    case weights
  }

  let divergence: Divergence
  let evidence: DivergenceEvidence
  let cause: Cause
  /// The largest weight where the phase would begin again; nil where that is not known.
  let earlierWeights: DivergenceEvidence.Largest?
  let configuration: RunConfiguration

  /// - Parameters:
  ///   - repeats: whether the same batch fails on the weights to which the run could go back; nil where
  ///     that could not be tried.
  init(
    _ divergence: Divergence, _ evidence: DivergenceEvidence, repeats: Bool?,
    earlierWeights: DivergenceEvidence.Largest?, _ configuration: RunConfiguration
  ) {
    self.divergence = divergence
    self.evidence = evidence
    self.earlierWeights = earlierWeights
    self.configuration = configuration
    if evidence.isWithoutContrast {
      cause = .data
    } else if repeats == true {
      cause = earlierWeights?.isSuspicious == true ? .weights : .data
    } else {
      cause = .divergence
    }
  }

  /// Whether a lower rate from there may help.
  var isCurable: Bool { cause == .divergence }

  /// What is wrong, in words.
  ///
  /// - Parameter point: where the phase could begin again.
  func diagnosis(from point: ReturnPoint?) -> String {
    let before = point.map { "the weights of \($0.text)" } ?? "earlier weights"
    switch cause {
    case .divergence:
      let batch = evidence.isBatchSuspicious ? "; of the batch, \(evidence.batch)" : ""
      return "the run has diverged: \(evidence.course)\(batch)"
    case .data where evidence.isWithoutContrast:
      return "the data are at fault, not the learning rate: of the batch, \(evidence.batch)"
    case .data:
      return "the batch is at fault, not the learning rate, since it fails on \(before) too: "
        + evidence.batch
    case .weights:
      return "the weights are at fault, not the learning rate: \(before) have "
        + "\(earlierWeights?.text ?? "too large numbers")"
    }
  }

  /// What to do, where the run does not go back.
  ///
  /// - Parameter point: where the phase could begin again.
  func advice(from point: ReturnPoint?) -> String {
    switch cause {
    case .divergence: return cure
    case .data:
      let finer =
        configuration.precision == .bf16
        ? "; --precision fp32 keeps feature maps finer than bf16's 8 bits" : ""
      return "going back would repeat it; look at these images, and mend them or take them out of "
        + "the lists\(finer)"
    case .weights:
      let others =
        configuration.initialWeights == nil || point?.path != nil
        ? "train again under another --exp with a lower --learning-rate"
        : "start on others by --init"
      return "going back would repeat it; \(others)"
    }
  }

  /// At usual rates: it takes more from a weight than there is.
  private var decayIsTooLarge: Bool {
    let rate = divergence.learningRate
    return rate <= 1 && rate * configuration.optimizer.weightDecay >= 1
  }

  private var cure: String {
    var ways: [String] = []
    let policy = configuration.divergence
    if policy.response == .stop {
      ways.append("go back there with half the rate by --resume --on-divergence rollback")
    } else {
      ways.append("go on with --resume and more than --divergence-retries \(policy.retries)")
    }
    if decayIsTooLarge {
      ways.append(
        "train again under another --exp with a lower --weight-decay, which shrinks weights by more "
          + "than they are")
    } else {
      ways.append(
        "train again under another --exp with --learning-rate "
          + roundText(configuration.optimizer.learningRate / 10))
    }
    if configuration.precision == .bf16 {
      ways.append("with --precision fp32, which is finer than bf16's 8 bits")
    }
    return ways.joined(separator: ", or ")
  }
}
