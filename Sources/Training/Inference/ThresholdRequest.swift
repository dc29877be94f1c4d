import Metrics

/// Which probability `--threshold` parts lesion and background at.
public enum ThresholdRequest: Equatable, Sendable {
  case value(ProbabilityThreshold)
  /// The one of the largest mean Dice on the validation images.
  case chosen

  /// What is lesion more probably than not.
  public static let half = ThresholdRequest.value(.half)
}
