/// Stochastic gradient descent with momentum 0.9 and a cosine schedule over each phase.
public struct OptimizerConfiguration: Codable, Equatable, Sendable {
  /// The rate of the first step of a phase.
  public var learningRate = 0.05
  /// Added to the gradient: weightDecay × parameter.
  public var weightDecay = 1e-4

  public init() {}
}

extension RunConfiguration {
  /// The rate of the first step of a phase in a run that has gone back so often: halving is exact.
  public func learningRate(rollbacks: Int) -> Double {
    optimizer.learningRate * Double(sign: .plus, exponent: -rollbacks, significand: 1)
  }
}
