import Files

/// What tells which images belong together, such as those of a patient: a regular expression, or a table.
public enum ImageGroups: Sendable, CustomStringConvertible {
  case pattern(GroupPattern)
  /// The group by the image's name, of the file at `path`.
  case table([String: String], path: String)

  /// - Parameter text: a file whose name ends in `.csv`, with the columns `name` and `group`, or a pattern.
  /// - Throws: `FileError` for neither.
  public init(_ text: String) throws(FileError) {
    guard text.hasSuffix(".csv") else {
      self = .pattern(try GroupPattern(text))
      return
    }
    let lines = try FileSystem.readText(text).split(whereSeparator: \.isNewline).map(CSV.fields)
    guard let header = lines.first, let name = header.firstIndex(of: "name"),
      let group = header.firstIndex(of: "group")
    else { throw FileError(text, "its first line has no columns name and group") }
    var groups: [String: String] = [:]
    for (index, line) in lines.enumerated().dropFirst() {
      guard line.count == header.count, !line[name].isEmpty, !line[group].isEmpty else {
        throw FileError(text, "line \(index + 1) lacks a name or a group")
      }
      if let other = groups.updateValue(line[group], forKey: line[name]), other != line[group] {
        throw FileError(
          text, "line \(index + 1): \(line[name]) is in group \(other) and in \(line[group])")
      }
    }
    self = .table(groups, path: text)
  }

  /// The group of each name.
  ///
  /// - Throws: `FileError` where a name has none.
  public func groups(of names: [String]) throws(FileError) -> [String] {
    switch self {
    case .pattern(let pattern): return try pattern.groups(of: names)
    case .table(let groups, let path):
      let missing = names.filter { groups[$0] == nil }
      guard let first = missing.first else { return names.compactMap { groups[$0] } }
      throw FileError(
        path,
        "has no group for \(first)"
          + (missing.count > 1 ? " (and \(missing.count - 1) more)" : ""))
    }
  }

  public var description: String {
    switch self {
    case .pattern(let pattern): pattern.description
    case .table(_, let path): path
    }
  }
}
