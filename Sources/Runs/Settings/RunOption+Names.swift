extension RunOption {
  /// What belongs on a command line only.
  static let outsideFiles: Set = ["config", "dry-run", "help", "version"]

  package static func named(_ name: String) -> RunOption? { all.first { $0.name == name } }

  /// A value as files of options have it, so that equal settings are equal texts: `0.1` for `0.10`.
  package func normalized(_ text: String) -> String {
    var probe = RunConfiguration()
    guard (try? set(text, &probe)) != nil else { return text }
    return self.text(probe) ?? text
  }

  /// The name that was probably meant: with the fewest letters changed, if they are few.
  static func nearest(to name: String) -> String? {
    let names = all.map(\.name).filter { !outsideFiles.contains($0) }.sorted()
    let distances = names.map { ($0, distance(name, $0)) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 3) else {
      return names.first { $0.hasPrefix(name) || name.hasPrefix($0) }
    }
    return best.0
  }

  /// Letters to insert, leave out or change (Levenshtein).
  private static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (letter == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
