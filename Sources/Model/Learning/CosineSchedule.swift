import ElementaryFunctions

/// Learning rate that falls from `initial` to 0 along half a cosine.
public struct CosineSchedule: Sendable {
  public var initial: Double
  /// Steps of the whole phase, T.
  public var steps: Int

  public init(initial: Double, steps: Int) {
    self.initial = initial
    self.steps = steps
  }

  /// initial · (1 + cos(πt/T))/2 for step t = 0…T−1.
  public func learningRate(step: Int) -> Double {
    initial * (1 + ElementaryFunctions.cos(turns: step, over: 2 * steps)) / 2
  }
}
