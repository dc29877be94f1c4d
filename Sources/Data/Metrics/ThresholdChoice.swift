/// A threshold that was chosen on images, and what it gains there.
public struct ThresholdChoice: Codable, Equatable, Sendable {
  /// See `ProbabilityThreshold.value`.
  public let threshold: Double
  public let images: Int
  /// At the threshold.
  public let meanDice: Double
  /// At one half.
  public let meanDiceAtHalf: Double

  /// - Parameter count: images that were added to `dice`.
  public init(_ dice: DiceByThreshold, count: Int) {
    let best = dice.best
    threshold = best.value
    images = count
    meanDice = dice.mean(at: best, count: count)
    meanDiceAtHalf = dice.mean(at: .half, count: count)
  }
}
