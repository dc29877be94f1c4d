import Datasets

/// Images that are the same or look the same. Across lists they are leaks: what is tested was learned.
extension CheckedCases {
  var duplicateFindings: [Finding] {
    let found = SimilarImages(facts.map { $0?.appearance })
    return [
      across(found.identical, .identicalAcrossLists, "have the same pixels"),
      across(found.similar, .similarAcrossLists, "look almost the same"),
      otherMasks(found.identical),
      within(found.identical, .identicalImages, "have the same pixels"),
      within(found.similar, .similarImages, "look almost the same"),
    ].compactMap { $0 }
  }

  /// Whether two of the images are in different lists.
  private func spansLists(_ group: [Int]) -> Bool {
    Set(group.flatMap { listsOfCase[$0] }).count > 1
      && Set(group.map { listsOfCase[$0] }).count > 1
  }

  private func across(_ groups: [[Int]], _ kind: Finding.Kind, _ text: String) -> Finding? {
    let groups = groups.filter(spansLists)
    guard let first = groups.first else { return nil }
    let counts = Self.pairs.compactMap { a, b -> String? in
      let touched = groups.filter { group in group.contains { listsOfCase[$0].contains(a) } }
      let count = touched.joined().count { listsOfCase[$0].contains(b) }
      guard count > 0 else { return nil }
      return "\(count) of \(lists[b].title) with \(lists[a].title)"
    }
    return finding(
      .warning, kind, groups,
      "\(size(groups)) \(text) and lie in different lists, \(counts.joined(separator: ", "))"
        + " (first: \(shown(first)))",
      remedy: "let all of a set be in one list, or keep one: scores on the others say little")
  }

  private func within(_ groups: [[Int]], _ kind: Finding.Kind, _ text: String) -> Finding? {
    let groups = groups.filter { !spansLists($0) }
    guard let first = groups.first else { return nil }
    return finding(
      .note, kind, groups, "\(size(groups)) \(text) and lie in one list (first: \(shown(first)))",
      remedy: "keep one of each")
  }

  private func otherMasks(_ groups: [[Int]]) -> Finding? {
    let groups = groups.filter { group in
      let masks = group.compactMap { position in
        facts[position].flatMap { $0.lesionShare == nil ? nil : $0.maskFingerprint }
      }
      return Set(masks).count > 1
    }
    guard let first = groups.first else { return nil }
    return finding(
      .warning, .identicalWithOtherMasks, groups,
      "\(size(groups)) have the same pixels but different masks (first: \(shown(first)))",
      remedy: "keep the right one")
  }

  private func finding(
    _ severity: Finding.Severity, _ kind: Finding.Kind, _ groups: [[Int]], _ text: String,
    remedy: String
  ) -> Finding {
    Finding(
      severity, kind, text, remedy: remedy, names: names(groups.joined()),
      groups: groups.map { names($0) })
  }

  /// "one pair of images", "3 sets of 7 images".
  private func size(_ groups: [[Int]]) -> String {
    let count = groups.joined().count
    guard groups.count > 1 else {
      return count == 2 ? "2 images" : "one set of \(count) images"
    }
    return "\(groups.count) sets of images (\(count) in all)"
  }

  private func shown(_ group: [Int]) -> String {
    group.prefix(2).map(placed).joined(separator: " and ")
  }
}
