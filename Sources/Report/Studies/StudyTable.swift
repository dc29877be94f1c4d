import Metrics
import Runs
import Studies

/// The table of a study: each setting over its seeds, and settings against each other.
package struct StudyTable {
  /// A measure over the seeds of a setting.
  package struct Cell: Equatable {
    /// Of the means of the seeds; nil where no seed has a defined value.
    package var mean: Double?
    /// Of the means, of a sample (divided by their number less one); nil for fewer than two.
    package var deviation: Double?
    /// Seeds with a defined value.
    package var seedCount: Int
    /// Images in all seeds whose value is undefined, of so many.
    package var undefinedCount: Int
    package var imageCount: Int
    /// Mean of each seed, for its dot.
    package var means: [Double]
  }

  package struct Row {
    package var coordinates: [(axis: String, value: String)]
    package var doneCount: Int
    package var plannedCount: Int
    /// In the order of `StudyTable.measures`.
    package var cells: [Cell]
    var name: String
  }

  /// A setting less another, on the same images with the same seeds.
  package struct Difference {
    /// Value and other value of the compared axis, and where.
    package var value: String
    package var other: String
    package var place: String
    package var measure: Measure
    /// Nil where there are not two images with a value in both.
    package var interval: TwoLevelInterval?
    /// In what else the settings differ: option, this, other.
    package var settings: [(name: String, value: String, other: String)]

    /// Nil where nothing was compared.
    package var verdict: PairedDifference.Verdict? {
      guard let interval else { return nil }
      let (lower, upper) =
        measure.kind != .share
        ? (-interval.upper, -interval.lower) : (interval.lower, interval.upper)
      return lower > 0 ? .better : upper < 0 ? .worse : .undecided
    }
  }

  package let title: String
  package let axes: [String]
  package let rows: [Row]
  package let differences: [Difference]
  /// What a reader of the numbers must know of the runs.
  package let warnings: [String]
  package let doneCount: Int
  package let plannedCount: Int

  init(_ results: StudyResults) {
    let study = results.study
    title = study.plan.title ?? study.folder.name
    axes = results.groups.first?.coordinates.map(\.axis) ?? []
    rows = results.groups.map { group in
      let seeds = group.seeds
      return Row(
        coordinates: group.coordinates, doneCount: group.runs.count,
        plannedCount: group.points.count,
        cells: Self.measures(onSide: group.imageSize).map { Self.cell(seeds.map(\.rows), $0) },
        name: group.name)
    }
    differences = Self.differences(results)
    warnings = Self.warnings(results)
    doneCount = results.doneCount
    plannedCount = study.points.count
  }

  private static func cell(_ seeds: [[ScoreTable.Row]], _ measure: Measure) -> Cell {
    let values = seeds.map { $0.map { measure.value($0.score) } }
    let means = seeds.compactMap { measure.mean($0.map(\.score)) }
    let mean = means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
    var deviation: Double?
    if let mean, means.count > 1 {
      let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      deviation = (squares / Double(means.count - 1)).squareRoot()
    }
    return Cell(
      mean: mean, deviation: deviation, seedCount: means.count,
      undefinedCount: values.joined().count { $0 == nil }, imageCount: values.joined().count,
      means: means)
  }

  /// All measures, and distances in which an empty mask counts.
  static func measures(onSide side: Int) -> [Measure] {
    Measure.all
      + [Measure.hausdorff95, Measure.averageSurfaceDistance].map {
        $0.penalized(width: side, height: side)
      }
  }

  /// What there is to know of measures where the size of images does not matter.
  static let measures = measures(onSide: 0)

  /// The measures that papers have; the others stand in `table.csv`, `differences.csv` and further down on the
  /// page.
  static let shown: [Measure] = [
    .dice, .intersectionOverUnion, .hausdorff95, .averageSurfaceDistance,
  ]

  static func isShown(_ measure: Measure) -> Bool {
    shown.contains { $0.key == measure.key }
  }

  /// The other measures that any run has.
  var further: [Measure] {
    let others = Self.measures.filter { !Self.isShown($0) }
    return others.filter { measure in
      rows.contains { row in cells(row, [measure]).contains { $0.mean != nil } }
    }
  }

  /// Of some measures, in their order.
  func cells(_ row: Row, _ measures: [Measure]) -> [Cell] {
    let keys = Self.measures.map(\.key)
    return measures.compactMap { measure -> Cell? in
      keys.firstIndex(of: measure.key).map { row.cells[$0] }
    }
  }
}
