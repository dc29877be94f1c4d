import Settings
import Yams

/// The YAML file that describes a study.
public struct StudyPlanFile {
  private let reader: OptionReader

  public init(_ path: String) { reader = OptionReader(path) }

  private enum Key: String, CaseIterable {
    case title, options, variants, grid, seeds, compare
  }

  /// - Throws: `ConfigurationError` that names the line, or the run whose options do not go together.
  public func read() throws(ConfigurationError) -> StudyPlan {
    let sections = try sections()
    let options = try fixedOptions(sections[.options])
    let variants = try variants(sections[.variants])
    let grid = try grid(sections[.grid], options, variants)
    let seeds = try seeds(sections[.seeds])
    let comparison = try comparison(
      sections[.compare],
      among: [StudyAxis(name: StudyAxis.variant, values: variants.map(\.name))] + grid)
    let count = (grid + [seeds]).reduce(max(1, variants.count)) { $0 * $1.values.count }
    guard count <= Self.mostRuns else {
      throw ConfigurationError("\(reader.path): \(count) runs are more than \(Self.mostRuns)")
    }
    let title = try title(sections[.title])
    do throws(ConfigurationError) {
      let plan = try StudyPlan(
        title: title, options: options, variants: variants, grid: grid, seeds: seeds,
        comparison: comparison)
      try requireNames(of: plan)
      return plan
    } catch {
      throw ConfigurationError("\(reader.path): \(error)")
    }
  }

  private static let mostRuns = 10_000
  /// Bytes of a name; locks and temporary files add to it.
  private static let longestName = 160

  private func requireNames(of plan: StudyPlan) throws(ConfigurationError) {
    guard let long = plan.points.first(where: { $0.name.utf8.count > Self.longestName }) else {
      return
    }
    throw ConfigurationError(
      "\(long.name) is too long for a folder's name; give sets of options short names as variants")
  }

  // MARK: Sections

  private func sections() throws(ConfigurationError) -> [Key: Node] {
    guard let root = try reader.compose("study needs a YAML file"), let mapping = root.mapping
    else {
      throw ConfigurationError(
        "\(reader.path): expected sections such as options: and grid: (see switch-dist help study)")
    }
    var sections: [Key: Node] = [:]
    for (key, value) in mapping {
      guard let name = Key(rawValue: key.string ?? "") else {
        throw reader.failure(key, unknownSection(key.string ?? "?"))
      }
      if value.null == nil { sections[name] = value }
    }
    guard sections[.grid] != nil || sections[.variants] != nil || sections[.seeds] != nil else {
      throw ConfigurationError(
        "\(reader.path): nothing varies: give grid:, variants: or seeds:, or use switch-dist train")
    }
    return sections
  }

  private func unknownSection(_ name: String) -> String {
    let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
    if name == StudyAxis.seed { return "write seeds: [1, 2, 3] for seed" }
    let isOption = RunOption.named(name.replacing("_", with: "-")) != nil
    return isOption
      ? "\(name) belongs in options:, or in grid: with a list of values"
      : "there is no section \(name); a study has \(known)"
  }

  private func title(_ node: Node?) throws(ConfigurationError) -> String? {
    guard let node else { return nil }
    guard let text = node.scalar?.string else { throw reader.failure(node, "title is a text") }
    return text
  }

  private func mapping(
    _ node: Node, _ advice: String
  ) throws(ConfigurationError) -> Node.Mapping {
    guard let mapping = node.mapping else { throw reader.failure(node, advice) }
    return mapping
  }

  private func fixedOptions(_ node: Node?) throws(ConfigurationError) -> [String: String] {
    guard let node else { return [:] }
    let mapping = try mapping(node, "options: has lines such as batch-size: 16")
    for (key, value) in mapping {
      let option = try ownOption(key)
      if value.sequence != nil {
        throw reader.failure(key, "\(option.name) has several values: that belongs in grid:")
      }
    }
    return try reader.options(mapping)
  }

  /// An option that a study leaves to its plan.
  private func ownOption(_ key: Node) throws(ConfigurationError) -> RunOption {
    let option = try reader.option(key)
    if option.name == StudyAxis.seed {
      throw reader.failure(
        key, "write seeds: [1, 2, 3] for seed")
    }
    if Self.given.contains(option.name) {
      throw reader.failure(key, "\(option.name) is given to each run by the study; leave it out")
    }
    return option
  }

  /// What a study says itself, or what is for single runs.
  private static let given: Set = [
    "exp", "run-dir", "resume", "resume-if-begun", "stop-after", "test", "quiet", "dump-iteration",
    "dump-phase",
  ]

  private func variants(_ node: Node?) throws(ConfigurationError) -> [StudyVariant] {
    guard let node else { return [] }
    let advice = "variants: has a line for each, such as plain: {method: supervised}"
    var variants: [StudyVariant] = []
    for (key, value) in try mapping(node, advice) {
      let name = key.string ?? ""
      guard !name.isEmpty, StudyPoint.plain(name) == name else {
        throw reader.failure(
          key, "'\(name)' names a variant and a folder: use letters, digits and ._+-")
      }
      let options = value.null == nil ? try mapping(value, advice) : Node.Mapping([])
      for (key, _) in options { _ = try ownOption(key) }
      variants.append(StudyVariant(name: name, options: try reader.options(options)))
    }
    guard !variants.isEmpty else { throw reader.failure(node, advice) }
    return variants
  }

  // MARK: Axes

  private func grid(
    _ node: Node?, _ options: [String: String], _ variants: [StudyVariant]
  ) throws(ConfigurationError) -> [StudyAxis] {
    guard let node else { return [] }
    let advice = "grid: has a line for each option, such as labeled-ratio: [0.05, 0.1]"
    var axes: [StudyAxis] = []
    for (key, value) in try mapping(node, advice) {
      let option = try ownOption(key)
      guard option.role == .result || option.role == .place else {
        throw reader.failure(key, "\(option.name) changes no result: it belongs in options:")
      }
      let isFixed = options[option.name] != nil || axes.contains { $0.name == option.name }
      let inVariant = variants.first { $0.options[option.name] != nil }
      if isFixed || inVariant != nil {
        let other = inVariant.map { "variant \($0.name)" } ?? "options: or grid:"
        throw reader.failure(key, "\(option.name) is set in \(other), too: leave one out")
      }
      let values = try list(value, of: option, at: key)
      axes.append(StudyAxis(name: option.name, values: values))
    }
    return axes
  }

  private func list(
    _ node: Node, of option: RunOption, at key: Node
  ) throws(ConfigurationError) -> [String] {
    guard let items = node.sequence, !items.isEmpty else {
      throw reader.failure(
        key,
        "\(option.name) needs a list of values in brackets; what all runs share belongs in options:"
      )
    }
    var values: [String] = []
    for item in items {
      guard let text = try reader.text(of: item, for: option, at: key) else {
        throw reader.failure(key, "\(option.name) has an empty value")
      }
      let value = option.normalized(text)
      if let other = values.first(where: { StudyPoint.plain($0) == StudyPoint.plain(value) }) {
        throw reader.failure(
          key,
          other == value
            ? "\(option.name) has \(value) twice"
            : "\(option.name) has \(other) and \(value), whose runs would have one name")
      }
      values.append(value)
    }
    return values
  }

  private func seeds(_ node: Node?) throws(ConfigurationError) -> StudyAxis {
    guard let node else { return StudyAxis(name: StudyAxis.seed, values: ["1"]) }
    guard node.sequence != nil, let option = RunOption.named(StudyAxis.seed) else {
      throw reader.failure(node, "seeds: is a list, such as [1, 2, 3]")
    }
    return StudyAxis(name: StudyAxis.seed, values: try list(node, of: option, at: node))
  }

  // MARK: Comparison

  private func comparison(
    _ node: Node?, among axes: [StudyAxis]
  ) throws(ConfigurationError) -> StudyComparison? {
    guard let node else { return nil }
    let advice = "compare: has baseline: VALUE or pairs: [[VALUE, OTHER]], and may have axis: NAME"
    var parts: [String: Node] = [:]
    for (key, value) in try mapping(node, advice) {
      guard let name = key.string, ["axis", "baseline", "pairs"].contains(name) else {
        throw reader.failure(key, advice)
      }
      parts[name] = value
    }
    let axis = try axis(parts["axis"], of: node, among: axes.filter { !$0.values.isEmpty })
    switch (parts["baseline"], parts["pairs"]) {
    case (let baseline?, nil):
      let other = try value(baseline, on: axis)
      let pairs = axis.values.filter { $0 != other }.map {
        StudyComparison.Pair(value: $0, other: other)
      }
      return StudyComparison(axis: axis.name, pairs: pairs)
    case (nil, let list?):
      var pairs: [StudyComparison.Pair] = []
      for item in list.sequence.map({ Array($0) }) ?? [] {
        guard let two = item.sequence, two.count == 2 else { throw reader.failure(item, advice) }
        pairs.append(
          StudyComparison.Pair(
            value: try value(two[0], on: axis), other: try value(two[1], on: axis)))
      }
      guard !pairs.isEmpty else { throw reader.failure(list, advice) }
      return StudyComparison(axis: axis.name, pairs: pairs)
    default: throw reader.failure(node, advice)
    }
  }

  /// The variants, else the methods, else what varies first, if the plan does not say.
  private func axis(
    _ node: Node?, of section: Node, among axes: [StudyAxis]
  ) throws(ConfigurationError) -> StudyAxis {
    let usual =
      axes.first { $0.name == StudyAxis.variant } ?? axes.first { $0.name == "method" }
      ?? axes.first
    let wanted = node.map { node in axes.first { $0.name == node.string } } ?? usual
    guard let wanted else {
      throw reader.failure(
        node ?? section, "compare: names no axis of grid: or variants:")
    }
    return wanted
  }

  private func value(_ node: Node, on axis: StudyAxis) throws(ConfigurationError) -> String {
    let text = node.string ?? ""
    let value = RunOption.named(axis.name)?.normalized(text) ?? text
    guard axis.values.contains(value) else {
      throw reader.failure(
        node,
        "\(axis.name) has no value '\(text)'; it has \(axis.values.joined(separator: ", "))")
    }
    return value
  }
}
