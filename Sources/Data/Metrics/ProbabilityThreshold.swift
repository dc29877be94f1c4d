/// Above which probability a pixel is lesion.
public struct ProbabilityThreshold: Equatable, Sendable {
  /// The lowest level of lesion, of 16 bits: 1…65535.
  public let level: Int

  public init(level: Int) {
    precondition((1..<ProbabilityHistogram.levelCount).contains(level), "no threshold")
    self.level = level
  }

  /// - Parameter value: above 0 and below 1; nil for what is not.
  public init?(_ value: Double) {
    guard value > 0, value < 1 else { return nil }
    level = Int(value * Double(ProbabilityHistogram.levelCount - 1)) + 1
  }

  /// One half: lesion is where its probability is the larger one.
  public static let half = ProbabilityThreshold(level: ProbabilityHistogram.levelCount / 2)

  /// In the middle between the levels that it parts; from it the same threshold is made again.
  public var value: Double {
    (Double(level) - 0.5) / Double(ProbabilityHistogram.levelCount - 1)
  }
}
