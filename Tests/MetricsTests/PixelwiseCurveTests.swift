import Metrics
import Testing

@Suite struct PixelwiseCurveTests {
  /// Levels of 16 bits, and whether the pixel is lesion.
  private func histogram(_ levels: [UInt16], _ isLesion: [Bool]) -> ProbabilityHistogram {
    var histogram = ProbabilityHistogram()
    histogram.add(levels: levels, label: isLesion.map { $0 ? 1 : 0 })
    return histogram
  }

  /// The example of scikit-learn's `roc_curve` and `precision_recall_curve`, and a point at one half.
  @Test func fourPixelsByHand() {
    let levels: [UInt16] = [6_554, 26_214, 22_937, 52_428]
    let points = PixelwiseCurve(histogram(levels, [false, false, true, true])).points
    #expect(points.map(\.falsePositiveRate) == [0, 0, 0.5, 0.5, 1, 1])
    #expect(points.map(\.sensitivity) == [0.5, 0.5, 0.5, 1, 1, 1])
    #expect(points.map(\.precision) == [1, 1, 0.5, 2.0 / 3, 0.5, 0.5])
    for (point, threshold) in zip(points, [0.8, 0.5, 0.4, 0.35, 0.1, 0]) {
      #expect(abs(point.threshold - threshold) < 2e-5)
    }
    #expect(points[1].threshold == 0.5)
  }

  @Test(arguments: [true, false]) func pixelsOfOneClassHaveNoCurve(isLesion: Bool) {
    #expect(PixelwiseCurve(histogram([1, 60_000], [isLesion, isLesion])).points.isEmpty)
  }

  /// Few points tell the area of all, and no two are farther apart than they have to be.
  @Test func theAreaUnderItIsThatOfAllPixels() throws {
    // Each residue of 45,007 once, in another order; a fifth is lesion, and more probable.
    let isLesion = (0..<45_007).map { $0 % 5 == 0 }
    let levels = isLesion.enumerated().map { index, isLesion in
      UInt16(index * 7_919 % 45_007 + (isLesion ? 20_000 : 0))
    }
    let score = PixelwiseScore(histogram(levels, isLesion))
    let points = [(0.0, 0.0)] + score.curve.points.map { ($0.falsePositiveRate, $0.sensitivity) }
    #expect((50...102).contains(score.curve.points.count))
    var area = 0.0
    for (left, right) in zip(points, points.dropFirst()) {
      #expect(left.0 <= right.0 && left.1 <= right.1)
      #expect(right.0 - left.0 < 0.021 && right.1 - left.1 < 0.021)
      area += (right.0 - left.0) * (left.1 + right.1) / 2
    }
    #expect(points.last ?? (0, 0) == (1, 1))
    #expect(abs(area - (try #require(score.rocAUC))) < 1e-3)
  }
}
