import Files

/// Finds the group of an image, such as its patient, in its name: what the first parentheses of a regular
/// expression match, or all that matches where it has none.
public struct GroupPattern: Sendable, CustomStringConvertible {
  public let description: String

  /// - Throws: `FileError` where it is not a regular expression.
  public init(_ pattern: String) throws(FileError) {
    description = pattern
    _ = try expression()
  }

  /// The group of each name.
  ///
  /// - Throws: `FileError` where a name has none: images of one patient could come to lie in two lists.
  public func groups(of names: [String]) throws(FileError) -> [String] {
    let found = try matches(in: names)
    let missing = names.indices.filter { found[$0] == nil }
    guard let first = missing.first else { return found.compactMap { $0 } }
    throw FileError(
      "--group-by \(description)",
      "finds no group in the name \(names[first])"
        + (missing.count > 1 ? " (and \(missing.count - 1) more)" : ""))
  }

  /// The group of each name; nil where it has none.
  public func matches(in names: [String]) throws(FileError) -> [String?] {
    let expression = try expression()
    return names.map { name in
      guard let match = try? expression.firstMatch(in: name) else { return nil }
      let output = match.output
      let found = (output.count > 1 ? output[1] : output[0]).substring
      return found.flatMap { $0.isEmpty ? nil : String($0) }
    }
  }

  private func expression() throws(FileError) -> Regex<AnyRegexOutput> {
    do {
      return try Regex(description)
    } catch {
      throw FileError(
        "--group-by \(description)",
        "is not a regular expression: give one such as '^(patient[0-9]+)_'")
    }
  }
}
