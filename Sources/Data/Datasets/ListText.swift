import Files

/// The text of a list in the encodings that editors and shells write: UTF-8, and UTF-16 of PowerShell and of
/// Windows' editor. Bytes that are neither are left as they are, so that their line can be named.
enum ListText {
  /// As UTF-8, without the byte order mark.
  static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw FileError(path, "the list is UTF-32; save it as UTF-8")
    }
    if bytes.starts(with: [0xFF, 0xFE]) {
      return try utf16(bytes.dropFirst(2), isBigEndian: false, path: path)
    }
    if bytes.starts(with: [0xFE, 0xFF]) {
      return try utf16(bytes.dropFirst(2), isBigEndian: true, path: path)
    }
    // Without a mark, the zero that a line feed has beside it tells.
    guard bytes.contains(0) else { return bytes }
    let zeros = bytes.indices.filter { bytes[$0] == 0 }
    let first = zeros[0] % 2
    guard zeros.allSatisfy({ $0 % 2 == first }), zeros.count * 4 >= bytes.count else {
      throw FileError(path, "is not a list: it holds zero bytes; save it as text in UTF-8")
    }
    return try utf16(bytes[...], isBigEndian: first == 0, path: path)
  }

  private static func utf16(
    _ bytes: ArraySlice<UInt8>, isBigEndian: Bool, path: String
  ) throws(FileError) -> [UInt8] {
    let start = bytes.startIndex
    let units = stride(from: start, to: bytes.endIndex - 1, by: 2).map { index in
      let (one, other) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? one << 8 | other : other << 8 | one
    }
    guard bytes.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else {
      throw FileError(path, "the list begins as UTF-16 and is damaged; save it as UTF-8")
    }
    return Array(text.utf8)
  }
}
