/// Comma-separated values (RFC 4180), a record a line: names of files hold no line breaks.
public enum CSV {
  /// The fields of a line.
  public static func fields(_ line: some StringProtocol) -> [String] {
    var fields = [""]
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      switch character {
      case "\"":
        // Two in a quoted field stand for one.
        if !isQuoted && previous == "\"" { fields[fields.count - 1].append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
      previous = character
    }
    return fields
  }

  /// A field as a line has it.
  public static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" }) else { return field }
    return "\"\(field.replacing("\"", with: "\"\""))\""
  }
}
