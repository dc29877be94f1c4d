import Metrics
import Runs
import Settings
import Studies

extension StudyTable {
  static func differences(_ results: StudyResults) -> [Difference] {
    compared(results).flatMap { compared -> [Difference] in
      let pairing = Pairing(compared.own, compared.other)
      let settings = settings(compared.own, compared.other, without: compared.axis)
      return measures(onSide: compared.own.imageSize).map { measure in
        Difference(
          value: compared.own[compared.axis] ?? "", other: compared.other[compared.axis] ?? "",
          place: compared.own.place(without: compared.axis), measure: measure,
          interval: pairing.interval(of: measure), settings: settings)
      }
    }
  }

  /// Two settings that differ on one axis.
  typealias Compared = (axis: String, own: StudyResults.Group, other: StudyResults.Group)

  static func compared(_ results: StudyResults) -> [Compared] {
    guard let comparison = comparison(of: results) else { return [] }
    let axis = comparison.axis
    return comparison.pairs.flatMap { pair in
      results.groups.filter { $0[axis] == pair.value }.compactMap { group -> Compared? in
        let other = results.groups.first {
          $0[axis] == pair.other && $0.place(without: axis) == group.place(without: axis)
        }
        return other.map { (axis, group, $0) }
      }
    }
  }

  /// As the plan wants it; else the first value of the first axis against each of the others, of variants
  /// or methods if there are any.
  private static func comparison(of results: StudyResults) -> StudyComparison? {
    let plan = results.study.plan
    if let comparison = plan.comparison { return comparison }
    let axes = plan.axes.filter { ![StudyAxis.seed, StudyAxis.fold].contains($0.name) }
    let preferred = [StudyAxis.variant, "method"].compactMap { name in
      axes.first { $0.name == name && $0.values.count > 1 }
    }
    guard let axis = preferred.first ?? axes.first(where: { $0.values.count > 1 }) else {
      return nil
    }
    let pairs = axis.values.dropFirst().map {
      StudyComparison.Pair(value: axis.values[0], other: $0)
    }
    return StudyComparison(axis: axis.name, pairs: pairs)
  }

  /// Options that the compared settings do not share, apart from the axis that says so itself.
  private static func settings(
    _ group: StudyResults.Group, _ other: StudyResults.Group, without axis: String
  ) -> [(name: String, value: String, other: String)] {
    guard let one = group.points.first?.configuration, let two = other.points.first?.configuration
    else { return [] }
    return RunOption.all.compactMap { option in
      let texts = [one, two].map { option.text($0) ?? "not given" }
      guard [.result, .place].contains(option.role), option.name != axis, option.name != "seed",
        texts[0] != texts[1]
      else { return nil }
      return (option.name, texts[0], texts[1])
    }
  }
}

extension StudyTable {
  /// The images on which two settings can be held against each other: of the seeds that both have on the same
  /// data those that all of these have.
  private struct Pairing {
    private let hasSameImageSize: Bool
    /// [seeds][images], in the same order.
    private var pairs: [[(own: SegmentationScore, other: SegmentationScore)]] = []

    init(_ group: StudyResults.Group, _ other: StudyResults.Group) {
      hasSameImageSize = group.imageSize == other.imageSize
      let others = other.seeds
      let tables = group.seeds.compactMap { seed in
        others.first { $0.name == seed.name && $0.digests == seed.digests }.map {
          (own: Self.scores(seed.rows), other: Self.scores($0.rows))
        }
      }
      let names = tables.first.map { first in
        first.own.keys.filter { name in
          tables.allSatisfy { $0.own[name] != nil && $0.other[name] != nil }
        }.sorted()
      }
      pairs = tables.map { own, other in
        (names ?? []).compactMap { name in
          own[name].flatMap { one in other[name].map { (own: one, other: $0) } }
        }
      }
    }

    private static func scores(_ rows: [ScoreTable.Row]) -> [String: SegmentationScore] {
      Dictionary(rows.map { ($0.name, $0.score) }) { first, _ in first }
    }

    /// Of the differences; nil where there are none, as of pixels in images of another size.
    func interval(of measure: Measure) -> TwoLevelInterval? {
      guard hasSameImageSize || !measure.dependsOnPixelSize else { return nil }
      let values = pairs.map { images in
        images.map { own, other -> Double? in
          guard let first = measure.value(own), let second = measure.value(other) else {
            return nil
          }
          return first - second
        }
      }
      // What an image counts follows from its truth, which all of them share.
      return TwoLevelInterval(values, weights: pairs.first?.map { measure.weight($0.own) })
    }
  }
}
