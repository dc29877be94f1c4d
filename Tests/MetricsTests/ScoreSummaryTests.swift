import Foundation
import Metrics
import Testing

@Suite struct ScoreSummaryTests {
  static func square(_ columns: Range<Int>, _ rows: Range<Int>, side: Int = 8) -> [UInt8] {
    (0..<side * side).map {
      columns.contains($0 % side) && rows.contains($0 / side) ? 1 : 0
    }
  }

  static func score(_ prediction: [UInt8], _ label: [UInt8]) -> SegmentationScore {
    SegmentationScore(prediction: prediction, label: label, width: 8, height: 8)
  }

  @Test func knownValues() {
    let shifted = Self.score(Self.square(2..<5, 2..<5), Self.square(3..<6, 2..<5))
    #expect(shifted.dice == 12.0 / 18)
    #expect(shifted.intersectionOverUnion == 0.5)
    #expect(shifted.hausdorff95 == 1)
    // Eight edge pixels: the left three and (4, 3), which lies inside the label, are one pixel off.
    #expect(shifted.averageSurfaceDistance == 4.0 / 8)
    let points = Self.score(Self.square(0..<1, 0..<1), Self.square(3..<4, 4..<5))
    #expect(points.hausdorff95 == 5 && points.averageSurfaceDistance == 5)
  }

  @Test func surfaceDistanceIsDirected() throws {
    let small = Self.square(2..<3, 2..<3)
    let large = Self.square(2..<3, 0..<8)
    #expect(Self.score(small, large).averageSurfaceDistance == 0)
    #expect(try #require(Self.score(large, small).averageSurfaceDistance) == 18.0 / 8)
    #expect(Self.score(small, large).hausdorff95 == Self.score(large, small).hausdorff95)
  }

  @Test func emptyMasksAreCountedAndPenalized() {
    let empty = [UInt8](repeating: 0, count: 64)
    let dot = Self.square(0..<1, 0..<1)
    let scores = [
      Self.score(dot, dot), Self.score(empty, dot), Self.score(dot, empty),
      Self.score(Self.square(0..<1, 2..<3), dot),
    ]
    let summary = ScoreSummary(scores, width: 8, height: 8)
    #expect(summary.imageCount == 4)
    #expect(summary.dice.mean == 0.25 && summary.dice.undefinedCount == 0)
    #expect(summary.dice.standardDeviation == 0.1875.squareRoot())
    for distance in [summary.hausdorff95, summary.averageSurfaceDistance] {
      #expect(distance.mean == 1 && distance.standardDeviation == 1)
      #expect(distance.undefinedCount == 2)
      #expect(distance.penalizedMean == (2 + 2 * 128.0.squareRoot()) / 4)
    }
  }

  @Test func medianAndIntervalAreOfTheDefined() throws {
    typealias Statistic = ScoreSummary.Statistic
    #expect(Statistic([5, nil, 1, 2], penalty: 9).median == 2)
    #expect(Statistic([4, 1, nil, 2, 7], penalty: 9).median == 3)
    let interval = try #require(Statistic([4, 1, nil, 2, 7], penalty: 9).interval)
    #expect(interval == BootstrapInterval(of: [4, 1, 2, 7]))
    #expect(Statistic([4, nil], penalty: 9).interval == nil)
    #expect(Statistic([nil], penalty: 9).median == nil)
  }

  /// Undefined values are counted; there is no penalty for what is no distance.
  @Test func whatHasNoValueIsCounted() {
    let (empty, full) = ([UInt8](repeating: 0, count: 64), [UInt8](repeating: 1, count: 64))
    let dot = Self.square(0..<1, 0..<1)
    let scores = [
      Self.score(empty, empty), Self.score(dot, empty), Self.score(empty, dot),
      Self.score(dot, dot), Self.score(full, full),
    ]
    let summary = ScoreSummary(scores, width: 8, height: 8)
    let undefined = Measure.all.map { summary[$0].undefinedCount }
    // Dice, IoU, HD95, ASD, NSD, sensitivity, precision, specificity, lesions found, false lesions.
    #expect(undefined == [0, 0, 3, 3, 1, 2, 2, 1, 2, 0])
    #expect(summary[.surfaceDice].mean == 0.5 && summary[.surfaceDice].penalizedMean == nil)
    #expect(summary[.falseLesions].mean == 0.2 && summary[.sensitivity].mean == 2.0 / 3)
    #expect(Measure.all.allSatisfy { $0.undefined.isEmpty == (summary[$0].undefinedCount == 0) })
  }

  /// Images with many lesions count more where all lesions are counted together.
  @Test func lesionsOfAllImagesCountAlike() throws {
    let three = (0..<3).reduce(into: [UInt8](repeating: 0, count: 64)) { $0[2 * $1] = 1 }
    let dot = Self.square(4..<5, 6..<7)
    let scores = [Self.score(three, three), Self.score(Self.square(0..<1, 0..<1), dot)]
    let summary = ScoreSummary(scores, width: 8, height: 8)[.lesionSensitivity]
    #expect(summary.mean == 0.75 && summary.median == 0.5)
    #expect(try #require(summary.interval).upper == 1)
  }

  /// JSON files of earlier versions.
  @Test func summariesOfTheFirstFourMeasuresAreRead() throws {
    let dot = Self.square(0..<1, 0..<1)
    let summary = ScoreSummary([Self.score(dot, dot)], width: 8, height: 8)
    var object = try #require(
      try JSONSerialization.jsonObject(with: try JSONEncoder().encode(summary))
        as? [String: Any])
    for key in Measure.all.dropFirst(4).map(\.key) { object[key] = nil }
    let data = try JSONSerialization.data(withJSONObject: object)
    let old = try JSONDecoder().decode(ScoreSummary.self, from: data)
    #expect(old.dice == summary.dice && old[.surfaceDice].mean == nil)
  }

  @Test func nothingDefined() {
    let empty = [UInt8](repeating: 0, count: 64)
    let summary = ScoreSummary([Self.score(empty, empty)], width: 8, height: 8)
    #expect(summary.hausdorff95.mean == nil && summary.hausdorff95.standardDeviation == nil)
    #expect(summary.hausdorff95.penalizedMean == 128.0.squareRoot())
    #expect(ScoreSummary([], width: 8, height: 8).dice.penalizedMean == nil)
  }

  @Test func survivesJSON() throws {
    let empty = [UInt8](repeating: 0, count: 64)
    let scores = [Self.score(empty, empty), Self.score(Self.square(1..<3, 1..<4), empty)]
    let json = try JSONEncoder().encode(scores)
    #expect(try JSONDecoder().decode([SegmentationScore].self, from: json) == scores)
    let summary = ScoreSummary(scores, width: 8, height: 8)
    let data = try JSONEncoder().encode(summary)
    #expect(try JSONDecoder().decode(ScoreSummary.self, from: data) == summary)
  }
}
