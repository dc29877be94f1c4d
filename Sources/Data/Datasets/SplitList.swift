import Files

/// One of the lists `train.txt`, `val.txt`, `test.txt`: a file name a line, with or without ".png".
enum SplitList {
  /// Reads a list. Blank lines, blanks around names and both kinds of line ends are accepted.
  package static func read(_ path: String) throws(FileError) -> [String] {
    guard FileSystem.isFile(path) else {
      throw FileError(
        path, "the list is missing (a data set needs train.txt, val.txt and test.txt)")
    }
    return try parse(try FileSystem.read(path, limit: 1 << 28), path: path)
  }

  static func parse(_ bytes: [UInt8], path: String) throws(FileError) -> [String] {
    let marker: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: marker) ? bytes.dropFirst(3) : bytes[...]
    var names: [String] = []
    var lineOfName: [String: Int] = [:]
    let lines = content.split(omittingEmptySubsequences: false) { $0 == 10 || $0 == 13 }
    // "\r\n" splits into an additional empty line, which is not counted.
    var lineNumber = 0
    for line in lines {
      lineNumber += line.startIndex > 1 && ends(bytes, before: line.startIndex) ? 0 : 1
      let name = String(decoding: trimmed(line), as: UTF8.self)
      guard !name.isEmpty else { continue }
      guard !name.contains("/"), !name.utf8.contains(0) else {
        throw FileError(path, "line \(lineNumber): '\(name)' is not a plain file name")
      }
      let fileName = hasPNGExtension(name) ? name : name + ".png"
      if let first = lineOfName[fileName] {
        throw FileError(
          path, "line \(lineNumber) repeats '\(fileName)' of line \(first); remove one")
      }
      lineOfName[fileName] = lineNumber
      names.append(fileName)
    }
    guard !names.isEmpty else { throw FileError(path, "the list is empty") }
    return names
  }

  /// Whether the byte before `index` is the second of "\r\n".
  private static func ends(_ bytes: [UInt8], before index: Int) -> Bool {
    bytes[index - 1] == 10 && bytes[index - 2] == 13
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
    let end = line.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? line.startIndex
    return line[..<end].drop(while: isBlank)
  }

  private static func hasPNGExtension(_ name: String) -> Bool {
    let ending = name.utf8.suffix(4).map { $0 | 0x20 }
    return ending == Array(".png".utf8)
  }
}
