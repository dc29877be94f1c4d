/// Weights of the losses beside the mix loss, which has weight 1.
public struct ObjectiveConfiguration: Codable, Equatable, Sendable {
  public var contrastiveWeight = 0.1
  public var consistencyWeight = 0.1

  public init() {}
}
