import Settings

/// What a study runs: every combination of what varies.
public struct StudyPlan: Sendable {
  public let title: String?
  /// What varies: variants, the grid in the order of the file, seeds.
  public let axes: [StudyAxis]
  /// What the plan wants compared; nil where it does not say.
  public let comparison: StudyComparison?
  /// All runs: one seed after the other, and within a seed the last axis fastest, so that a study which is
  /// not finished has something of everything.
  public let points: [StudyPoint]

  /// - Parameters:
  ///   - options: those of all runs.
  ///   - variants: sets of options under names, which win over `options`; the first axis if there are any.
  /// - Throws: `ConfigurationError` for a run whose options do not go together.
  init(
    title: String?, options: [String: String], variants: [StudyVariant], grid: [StudyAxis],
    seeds: StudyAxis, comparison: StudyComparison?
  ) throws(ConfigurationError) {
    self.title = title
    self.comparison = comparison
    let variantAxis = StudyAxis(name: StudyAxis.variant, values: variants.map(\.name))
    axes = (variants.isEmpty ? [] : [variantAxis]) + grid + [seeds]
    var combinations: [[(axis: String, value: String)]] = [[]]
    for axis in [seeds] + axes.dropLast() {
      combinations = combinations.flatMap { one in
        axis.values.map { one + [(axis: axis.name, value: $0)] }
      }
    }
    var points: [StudyPoint] = []
    for combination in combinations {
      var given = options
      for (axis, value) in combination {
        if axis == StudyAxis.variant {
          let variant = variants.first { $0.name == value }
          given.merge(variant?.options ?? [:]) { $1 }
        } else {
          given[axis] = value
        }
      }
      points.append(try StudyPoint(Array(combination.dropFirst() + combination.prefix(1)), given))
    }
    self.points = points
  }

  /// In what this plan is another than `old`; nothing where it only has more runs.
  func changes(from old: StudyPlan) -> [String] {
    let names = axes.map(\.name)
    guard names == old.axes.map(\.name) else {
      return [
        "what varies is \(names.joined(separator: ", ")), was "
          + old.axes.map(\.name).joined(separator: ", ")
      ]
    }
    var changes: [String] = []
    for (axis, earlier) in zip(axes, old.axes) {
      let gone = earlier.values.filter { !axis.values.contains($0) }
      if !gone.isEmpty { changes.append("\(axis.name) lacks \(gone.joined(separator: ", "))") }
    }
    let known = Dictionary(points.map { ($0.name, $0) }) { $1 }
    for point in old.points {
      guard let now = known[point.name] else { continue }
      for line in now.configuration.changes(from: point.configuration)
      where !changes.contains(line) { changes.append(line) }
    }
    return changes
  }
}

extension RunConfiguration {
  /// Options that decide the result or say where the data lies, and are others.
  fileprivate func changes(from old: RunConfiguration) -> [String] {
    let before = Dictionary(old.options.map { ($0.option.name, $0.text) }) { $1 }
    let after = Dictionary(options.map { ($0.option.name, $0.text) }) { $1 }
    return RunOption.all.map(\.name).compactMap { name in
      guard name != "labeled-bs", before[name] != after[name] else { return nil }
      return "\(name) is \(after[name] ?? "not given"), was \(before[name] ?? "not given")"
    }
  }
}
