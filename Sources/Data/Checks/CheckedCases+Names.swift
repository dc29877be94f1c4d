import Datasets
import Files

/// Names of images: what they look like, and who is in more than one list.
extension CheckedCases {
  var nameFindings: [Finding] { sharedNames + groupFindings + lookAlikes }

  /// Images that are in two lists.
  private var sharedNames: [Finding] {
    Self.pairs.compactMap { a, b in
      let shared = lists[b].positions.filter { listsOfCase[$0].contains(a) }
      guard let first = shared.first else { return nil }
      return Finding(
        .warning, .sharedNames,
        "\(shared.count) of \(lists[b].positions.count) names of the \(lists[b].title) list are also"
          + " in the \(lists[a].title) list (first: \(source.names[first]))",
        remedy: "take them out of one of both lists: scores on them say little",
        names: names(shared))
    }
  }

  static let pairs = [(0, 1), (0, 2), (1, 2)]

  // MARK: Patients

  private var groupFindings: [Finding] {
    guard let groups = try? options.grouping?.matches(in: source.names) else { return [] }
    let unmatched = names(groups.indices.filter { groups[$0] == nil })
    let remedy = "let all images of a patient be in one list"
    let shared = Self.pairs.compactMap { a, b -> Finding? in
      let known = Set(lists[a].positions.compactMap { groups[$0] })
      var seen: Set<String> = []
      let both = lists[b].positions.compactMap { groups[$0] }.filter {
        known.contains($0) && seen.insert($0).inserted
      }
      guard let first = both.first else { return nil }
      let count = both.count == 1 ? "one group is" : "\(both.count) groups are"
      return Finding(
        .warning, .sharedGroups,
        "\(count) in both the \(lists[a].title) and the \(lists[b].title) list (first: \(first))",
        remedy: remedy, names: both)
    }
    guard !unmatched.isEmpty else { return shared }
    return shared + [
      Finding(
        .warning, .namesWithoutGroup,
        "--group-by does not match \(counted(unmatched, "name"))", names: unmatched)
    ]
  }

  // MARK: Spelling

  /// Names that people cannot tell apart: Swift compares what is seen, file systems bytes.
  private var lookAlikes: [Finding] {
    var first: [String: Int] = [:]
    var groups: [[String]] = []
    for (position, name) in source.names.enumerated() {
      guard let other = first[name] else {
        first[name] = position
        continue
      }
      groups.append([source.names[other], name])
    }
    guard let pair = groups.first else { return [] }
    return [
      Finding(
        .warning, .namesLookAlike,
        "\(groups.count == 1 ? "one pair" : "\(groups.count) pairs") of names look the same but are"
          + " other bytes, composed (NFC) and decomposed (NFD) letters (first: \(pair[0]))",
        remedy: "rename one of each", names: groups.map { $0[1] }, groups: groups)
    ]
  }

  /// What is there instead of a missing file, in words.
  func nameHint(_ path: String) -> String {
    let name = FileSystem.lastComponent(path)
    let others = FileSystem.names(in: FileSystem.folder(of: path)) ?? []
    if let other = others.first(where: { $0.lowercased() == name.lowercased() }) {
      return "there is \(other)"
    }
    let stem = Self.stem(name)
    if let other = others.first(where: { !$0.hasPrefix(".") && Self.stem($0) == stem }) {
      return "there is \(other)"
    }
    return "take it out of the lists, or put it there"
  }

  private static func stem(_ name: String) -> Substring {
    name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
  }
}
