import Files

/// One of the lists `train.txt`, `val.txt`, `test.txt`: a file name a line, with or without its ending.
struct SplitList: Equatable {
  struct Entry: Equatable {
    var name: FileName
    /// Counted from 1.
    var line: Int
  }

  let path: String
  let entries: [Entry]
  /// The names of hidden files that stand in it too, as `ls -A` writes them.
  let hidden: [FileName]

  /// Reads a list. Blank lines, blanks around names, every kind of line end, and the UTF-8 and UTF-16 that
  /// editors write are accepted.
  static func read(_ path: String) throws(FileError) -> SplitList {
    try SplitList(try FileSystem.read(path, limit: 1 << 28), path: path)
  }

  init(_ bytes: [UInt8], path: String) throws(FileError) {
    var entries: [Entry] = []
    var hidden: [FileName] = []
    for (line, bytes) in Self.lines(of: try ListText.decode(bytes, path: path)) {
      let name = FileName(bytes: Array(Self.trimmed(bytes)))
      guard !name.bytes.isEmpty else { continue }
      try Self.check(name, line: line, path: path)
      if name.isHidden {
        hidden.append(name)
      } else {
        entries.append(Entry(name: name, line: line))
      }
    }
    guard !entries.isEmpty else { throw FileError(path, "the list is empty") }
    self.path = path
    self.entries = entries
    self.hidden = hidden
  }

  private static func check(_ name: FileName, line: Int, path: String) throws(FileError) {
    guard name.text != nil else {
      throw FileError(
        path,
        "line \(line): '\(name.shown)' is not UTF-8, perhaps Latin-1; " + FileName.renaming)
    }
    guard name.isPlain else {
      throw FileError(
        path,
        "line \(line): '\(name.shown)' is not a plain file name; lists hold names of files in"
          + " images/, without folders")
    }
  }

  /// Lines with their numbers; LF, CR and CR LF end one.
  private static func lines(of bytes: [UInt8]) -> [(number: Int, bytes: ArraySlice<UInt8>)] {
    var lines: [(number: Int, bytes: ArraySlice<UInt8>)] = []
    var start = bytes.startIndex
    for (index, byte) in bytes.enumerated() where byte == 10 || byte == 13 {
      let endsPair = byte == 10 && index > 0 && bytes[index - 1] == 13
      if !endsPair { lines.append((lines.count + 1, bytes[start..<index])) }
      start = index + 1
    }
    lines.append((lines.count + 1, bytes[start...]))
    return lines
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
    let end = line.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? line.startIndex
    return line[..<end].drop(while: isBlank)
  }
}
