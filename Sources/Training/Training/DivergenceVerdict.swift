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
  let trial: DivergenceTrial
  let cause: Cause
  let configuration: RunConfiguration

  init(
    _ divergence: Divergence, _ evidence: DivergenceEvidence, _ trial: DivergenceTrial,
    _ configuration: RunConfiguration
  ) {
    self.divergence = divergence
    self.evidence = evidence
    self.trial = trial
    self.configuration = configuration
    if evidence.isWithoutContrast || trial.failsOnFreshWeights {
      cause = .data
    } else {
      cause = trial.point == nil && trial.problem == nil ? .weights : .divergence
    }
  }

  /// Whether a lower rate from there may help.
  var isCurable: Bool { cause == .divergence }

  /// What is wrong, in words.
  var diagnosis: String {
    switch cause {
    case .divergence:
      let batch = evidence.isBatchSuspicious ? "; of the batch, \(evidence.batch)" : ""
      return "the run has diverged: \(evidence.course)\(batch)"
    case .data where evidence.isWithoutContrast:
      return "the data are at fault, not the learning rate: of the batch, \(evidence.batch)"
    case .data:
      return "the batch is at fault, not the learning rate, since it fails on fresh weights too: "
        + evidence.batch
    case .weights:
      let largest = trial.weights.map { ", the largest of which is \($0.text)" } ?? ""
      return "the weights that the phase began with are at fault\(largest): on fresh ones the same "
        + "batch does not fail"
    }
  }

  /// What to do, where the run does not go back.
  var advice: String {
    switch cause {
    case .divergence: return cure
    case .data:
      let finer =
        configuration.precision == .bf16
        ? "; --precision fp32 keeps feature maps finer than bf16's 8 bits" : ""
      return "going back would repeat it; look at these images, and mend them or take them out of "
        + "the lists\(finer)"
    case .weights:
      return "going back would repeat it; "
        + (configuration.initialWeights == nil
          ? "train again under another --exp with a lower --learning-rate"
          : "start on others by --init")
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
    if trial.problem == nil {
      ways.append(
        policy.response == .stop
          ? "go back there with half the rate by --resume --on-divergence rollback"
          : "go on with --resume and more than --divergence-retries \(policy.retries)")
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
