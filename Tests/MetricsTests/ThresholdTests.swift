import Metrics
import Testing

/// Choosing a threshold by mean Dice, on whole numbers.
@Suite struct ThresholdTests {
  private static let levels: [[UInt16]] = [
    [0, 9_000, 20_000, 21_000, 40_000, 65_535, 32_768, 32_767],
    [100, 100, 100, 20_000, 20_000, 50_000, 50_000, 1],
    [7, 8, 9, 10, 11, 12, 13, 14],
  ]
  private static let labels: [[UInt8]] = [
    [0, 0, 1, 1, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0, 0],
  ]

  private static func sum(_ order: [Int]) -> DiceByThreshold {
    order.reduce(into: DiceByThreshold()) { sum, image in
      sum.add(DiceByThreshold(levels: levels[image], label: labels[image]))
    }
  }

  @Test func eachThresholdHasTheMeanDiceOfItsMasks() {
    let dice = Self.sum([0, 1, 2])
    for level in [1, 100, 101, 9_001, 20_000, 20_001, 32_768, 50_001, 65_535] {
      let threshold = ProbabilityThreshold(level: level)
      let expected = zip(Self.levels, Self.labels).map { levels, label in
        MaskMetrics.dice(prediction: levels.map { $0 >= level ? 1 : 0 }, label: label)
      }.reduce(0, +)
      #expect(abs(dice.mean(at: threshold, count: 3) - expected / 3) < 1e-11, "\(level)")
    }
  }

  /// From 9,001 to 20,000 both masks with lesions are best; 20,000 is the nearest to one half.
  @Test func theBestIsTheNearestToOneHalf() {
    #expect(Self.sum([0, 1, 2]).best.level == 20_000)
    #expect(Self.sum([2]).best == .half, "nothing is found anywhere")
    #expect(DiceByThreshold().best == .half)
    // Equal at every threshold up to 40,000 and so at one half.
    let sure = DiceByThreshold(levels: [0, 40_000], label: [0, 1])
    #expect(sure.best == .half)
    let high = DiceByThreshold(levels: [40_000, 50_000], label: [0, 1])
    #expect(high.best.level == 40_001)
  }

  @Test func theOrderOfImagesDoesNotMatter() {
    let expected = Self.sum([0, 1, 2])
    for order in [[2, 1, 0], [1, 0, 2], [0, 2, 1]] { #expect(Self.sum(order) == expected) }
    #expect(DiceByThreshold(sums: expected.sums) == expected)
  }

  @Test func aThresholdIsMadeAgainFromItsValue() throws {
    #expect(ProbabilityThreshold.half.value == 0.5)
    #expect(ProbabilityThreshold(0.5) == .half)
    for level in [1, 2, 4_369, 20_000, 32_767, 32_768, 32_769, 65_534, 65_535] {
      let value = ProbabilityThreshold(level: level).value
      #expect(ProbabilityThreshold(value)?.level == level)
      // With the six decimals that are printed.
      let printed = (value * 1e6).rounded() / 1e6
      #expect(ProbabilityThreshold(printed)?.level == level)
    }
    for value in [0, 1, -0.1, 1.5, .nan, .infinity] {
      #expect(ProbabilityThreshold(value) == nil, "\(value)")
    }
  }
}
