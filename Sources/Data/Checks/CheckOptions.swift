import Files

/// What a check is to look for.
public struct CheckOptions: Sendable {
  /// The part of the train list whose masks will be used, as in training; nil where nobody says.
  public var labeledRatio: Double?
  /// A regular expression whose first group is, in the names of images of one patient, the same; nil
  /// where nobody says.
  public let groupPattern: String?

  /// - Throws: `FileError` for a pattern that is none.
  public init(labeledRatio: Double? = nil, groupPattern: String? = nil) throws(FileError) {
    self.labeledRatio = labeledRatio
    self.groupPattern = groupPattern
    if let groupPattern { _ = try Self.expression(groupPattern) }
  }

  /// The group of a name; nil where the pattern does not match.
  func group(of name: String, _ expression: Regex<AnyRegexOutput>) -> String? {
    guard let match = name.firstMatch(of: expression), match.output.count > 1 else { return nil }
    return match.output[1].substring.map(String.init)
  }

  static func expression(_ pattern: String) throws(FileError) -> Regex<AnyRegexOutput> {
    guard let expression = try? Regex(pattern) else {
      throw FileError(pattern, "is no regular expression; try --group-by '^(\\w+)_'")
    }
    let groups = pattern.replacing("\\(", with: "").replacing("(?:", with: "")
    guard groups.contains("(") else {
      throw FileError(
        pattern, "has no group in parentheses, which is to be the patient: --group-by '^(\\w+)_'")
    }
    return expression
  }
}
