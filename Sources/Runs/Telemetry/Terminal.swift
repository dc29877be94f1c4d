internal import Glibc

/// What of a terminal matters to those who draw on it.
public enum Terminal {
  /// Whether something is a terminal on which lines can be drawn over.
  public static func isInteractive(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && variable("TERM") != "dumb"
  }

  /// Width and height in characters; nil where it does not say.
  public static func size(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  // MARK: Text

  /// The text without what would move the cursor or change the terminal, such as the name of a folder may
  /// hold it.
  public static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "?" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // Marks that turn the direction of writing.
    case .format: scalar != "\u{200D}"
    default: false
    }
  }

  /// Columns that a text takes.
  public static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

  /// One, or two where Unicode's East Asian Width is wide.
  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    let wide: [ClosedRange<UInt32>] = [
      0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// The beginning of a text that takes at most so many columns; an ellipsis says that it was cut.
  public static func cut(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    var kept = ""
    var left = columns - 1
    for character in text {
      left -= width(character)
      guard left >= 0 else { break }
      kept.append(character)
    }
    return columns > 0 ? kept + "…" : ""
  }

  /// Beginning and end of a name that takes at most so many columns: both tell names apart.
  public static func cutWithin(_ name: String, to columns: Int) -> String {
    guard width(name) > columns else { return name }
    var (end, left) = ("", columns / 2)
    for character in name.reversed() {
      left -= width(character)
      guard left >= 0 else { break }
      end = "\(character)\(end)"
    }
    return cut(String(name.dropLast(end.count)), to: columns - width(end)) + end
  }

  /// A text that takes exactly so many columns.
  public static func padded(_ text: String, to columns: Int) -> String {
    let text = cut(text, to: columns)
    return text + String(repeating: " ", count: max(0, columns - width(text)))
  }
}
