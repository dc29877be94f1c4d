import Metrics
import Testing

/// Means over seeds and images, and what their intervals cover.
@Suite struct TwoLevelIntervalTests {
  private let images: [Double?] = [0.1, 0.5, 0.3, 0.7, 0.2, 0.6, 0.4, 0.9]

  private func width(_ values: [[Double?]]) throws -> Double {
    let interval = try #require(TwoLevelInterval(values))
    return interval.upper - interval.lower
  }

  @Test func equalValuesLeaveNoDoubt() throws {
    let same = [Double?](repeating: 0.25, count: 5)
    let interval = try #require(TwoLevelInterval([same, same, same]))
    #expect(interval.mean == 0.25 && interval.lower == 0.25 && interval.upper == 0.25)
    #expect(interval.seedCount == 3 && interval.imageCount == 5)
  }

  /// Of one seed, or of seeds that agree, it is the choice of images, as wide as the bootstrap's own error.
  @Test func seedsThatAgreeAddNothing() throws {
    let defined = images.compactMap { $0 }
    let plain = try #require(BootstrapInterval(of: defined))
    for count in [1, 4] {
      let interval = try #require(
        TwoLevelInterval([[Double?]](repeating: images, count: count)))
      #expect(abs(interval.mean - plain.mean) < 1e-12)
      #expect(abs(interval.lower - plain.lower) < 0.01)
      #expect(abs(interval.upper - plain.upper) < 0.01)
    }
  }

  /// Images that agree leave the choice of seeds: of means 0 and 1 of two seeds, a quarter of the draws has
  /// one of them alone.
  @Test func seedsThatDisagreeCount() throws {
    let values: [[Double?]] = [[0, 0, 0, 0], [1, 1, 1, 1]]
    let interval = try #require(TwoLevelInterval(values))
    #expect(interval.mean == 0.5 && interval.lower == 0 && interval.upper == 1)
    let shifted = images.map { $0.map { $0 + 0.4 } }
    #expect(try width([images, shifted]) > width([images, images]))
  }

  @Test func undefinedValuesAreLeftOut() throws {
    let interval = try #require(TwoLevelInterval([[1, nil, 3, nil], [nil, nil, 5, 3]]))
    #expect(interval.mean == 3 && interval.imageCount == 3 && interval.seedCount == 2)
    let one = try #require(TwoLevelInterval([[nil, nil], [2, 4]]))
    #expect(one.seedCount == 1 && one.mean == 3)
    #expect(TwoLevelInterval([[nil, 1]]) == nil && TwoLevelInterval([]) == nil)
  }

  /// A draw without any defined value is drawn anew instead of counting as none.
  @Test func rarelyDefinedValuesKeepWithinTheirRange() throws {
    let interval = try #require(
      TwoLevelInterval([[1, nil, nil, nil], [nil, nil, nil, 2], [nil, nil, nil, nil]]))
    #expect(interval.lower >= 1 && interval.upper <= 2)
  }

  /// Of 8 lesions out of 10 and none out of 1, all together are 8 of 11.
  @Test func weightsMakeAMeanOfAll() throws {
    let values: [Double?] = [0.8, 0, nil]
    let interval = try #require(TwoLevelInterval([values, values], weights: [10, 1, 0]))
    #expect(abs(interval.mean - 8 / 11) < 1e-12 && interval.imageCount == 2)
    #expect(interval.lower == 0 && interval.upper == 0.8)
  }
}
