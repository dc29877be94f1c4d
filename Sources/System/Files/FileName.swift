/// A name in a folder, as the file system has it: bytes, which need not be text.
///
/// Equal names have equal bytes: a letter with an accent in one code point and in two, the same to Swift's
/// `String`, are two names.
public struct FileName: Hashable, Comparable, Sendable {
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) { self.bytes = bytes }

  public init(_ text: String) { bytes = Array(text.utf8) }

  public static func < (one: FileName, other: FileName) -> Bool {
    one.bytes.lexicographicallyPrecedes(other.bytes)
  }

  /// The name as text; nil where it is not UTF-8, as names of old archives are not.
  public var text: String? { String(validating: bytes, as: UTF8.self) }

  /// The name for people: bytes that are no text, or would move the cursor, as `\xE9`.
  public var shown: String {
    guard let text else { return bytes.map { $0 < 128 ? Self.visible($0) : Self.hex($0) }.joined() }
    return text.unicodeScalars.map {
      $0.value < 128 ? Self.visible(UInt8($0.value)) : String($0)
    }.joined()
  }

  /// Begins with a dot, as `.DS_Store` and the `._NAME` that a Mac lays beside NAME, or is one of those that
  /// Windows makes.
  public var isHidden: Bool {
    bytes.first == UInt8(ascii: ".")
      || ["thumbs.db", "desktop.ini"].contains(text?.lowercased() ?? "")
  }

  /// Names something in a folder and nothing outside of it, and can be printed.
  public var isPlain: Bool {
    !bytes.isEmpty && bytes != [46] && bytes != [46, 46]
      && bytes.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "/") }
  }

  private static func visible(_ byte: UInt8) -> String {
    byte < 32 || byte == 127 ? hex(byte) : String(UnicodeScalar(byte))
  }

  private static func hex(_ byte: UInt8) -> String {
    "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}

extension FileName {
  /// What to do about a name that is not UTF-8, in words.
  public static let renaming =
    "rename the files, for instance by 'convmv -f latin1 -t utf8 -r --notest FOLDER', and write"
    + " lists in UTF-8, by 'iconv -f latin1 -t utf-8'"
}
