/// What is to be said about the cases of a data set, or about other images.
public enum CaseNotes {
  /// Each different note once, in the order of its first appearance, with its count and first file.
  ///
  /// - Parameters:
  ///   - names: Of the files.
  ///   - notes: One list for each name.
  public static func counted(_ notes: [[String]], names: [String]) -> [String] {
    var texts: [String] = []
    var found: [String: (count: Int, first: String)] = [:]
    for (name, notes) in zip(names, notes) {
      for note in notes {
        if found[note] == nil { texts.append(note) }
        found[note, default: (0, name)].count += 1
      }
    }
    return texts.map { text in
      let (count, first) = found[text, default: (0, "")]
      return count == 1 ? "\(first): \(text)" : "\(count) files (first: \(first)): \(text)"
    }
  }
}
