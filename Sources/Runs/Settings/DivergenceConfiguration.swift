/// What a run does when a step makes numbers that cannot be summed.
public struct DivergenceConfiguration: Codable, Equatable, Sendable {
  public var response = DivergenceResponse.stop
  /// Times that a run may go back, over all its phases; of no account where it stops.
  public var retries = 3

  public init() {}

  /// Times that a run with these settings may have gone back.
  public var allowedRollbacks: Int { response == .rollback ? retries : 0 }

  /// Whether an option sets one of these.
  package static func holds(_ option: RunOption) -> Bool {
    ["on-divergence", "divergence-retries"].contains(option.name)
  }
}

public enum DivergenceResponse: String, Codable, CaseIterable, Sendable, LosslessStringConvertible {
  /// End the run and say why.
  case stop
  /// Go on from the last evaluation with half the learning rate.
  case rollback

  public var description: String { rawValue }

  public init?(_ description: String) { self.init(rawValue: description) }
}
