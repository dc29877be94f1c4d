import Metrics
import Testing

@Suite struct PairedDifferenceTests {
  private let scores: [Double?] = [0.1, 0.5, 0.3, 0.7, 0.2, 0.6]

  /// The same difference on each image leaves no doubt, however far the images differ.
  @Test func itsIntervalDecides() throws {
    let better = try #require(PairedDifference(scores.map { $0.map { $0 + 0.1 } }, less: scores))
    #expect(better.verdict == .better && abs(better.interval.lower - 0.1) < 1e-9)
    #expect(PairedDifference(scores, less: scores.map { $0.map { $0 + 0.1 } })?.verdict == .worse)
    #expect(PairedDifference(scores, less: scores.reversed())?.verdict == .undecided)
    #expect(PairedDifference(scores, less: scores)?.verdict == .undecided)
  }

  @Test func onlyImagesWithBothCount() throws {
    let difference = try #require(
      PairedDifference([1, nil, 3, 5, nil], less: [0.5, 1, nil, 4, nil]))
    #expect(difference.count == 2 && difference.interval.mean == 0.75)
    #expect(PairedDifference([1, nil], less: [0, 1]) == nil)
  }

  /// The difference of weighted means: 8 + 0 + 1 of 12 lesions against 5 + 1 + 1.
  @Test func weightsMakeADifferenceOfMeans() throws {
    let difference = try #require(
      PairedDifference([0.8, 0, 1, nil], less: [0.5, 1, 1, nil], weights: [10, 1, 1, 0]))
    #expect(abs(difference.interval.mean - (9.0 - 7) / 12) < 1e-12 && difference.count == 3)
  }
}
