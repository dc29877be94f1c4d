import Digests

/// What makes a file prove itself: the digests of all its parts, and one over these. A part is an array, a
/// group (the names in it) or an attribute.
public struct FileSeal: Equatable, Sendable {
  /// The attribute of the root that keeps it, the only one that it does not cover.
  public static let attributeName = "seal"

  /// A part of the file as messages name it, with its digest.
  struct Part: Equatable, Sendable {
    var name: String
    var digest: String
  }

  /// In the order of their names' bytes, each once.
  private(set) var parts: [Part] = []

  /// How parts are named.
  static func attribute(_ name: String, of path: String) -> String {
    "attribute \(name) of \(path.isEmpty ? "/" : path)"
  }
  static func array(_ path: String) -> String { "array \(path)" }
  static func group(_ path: String) -> String { "group \(path.isEmpty ? "/" : path)" }

  /// Puts a part in, in place of one of that name.
  mutating func set(_ name: String, _ digest: String) {
    let place = parts.partitioningIndex { !$0.name.utf8.lexicographicallyPrecedes(name.utf8) }
    let isKnown = place < parts.count && parts[place].name == name
    parts.replaceSubrange(
      place..<(place + (isKnown ? 1 : 0)), with: [Part(name: name, digest: digest)])
  }

  mutating func setGroup(_ path: String, names: [String]) {
    set(Self.group(path), SHA256.digest(of: names.map { "\($0.utf8.count):\($0)\n" }.joined()))
  }

  // MARK: As text

  /// The digest over all parts, then a line for each: digest, space, name.
  var text: String { "\(SHA256.digest(of: list))\n\(list)" }

  private var list: String { parts.map { "\($0.digest) \($0.name)\n" }.joined() }

  init() {}

  /// Nil where the text is not whole, or is none that a writer makes: each part once, in order.
  init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 1, lines.last == "" else { return nil }
    for line in lines[1..<(lines.count - 1)] {
      let fields = line.split(separator: " ", maxSplits: 1)
      guard fields.count == 2 else { return nil }
      let name = String(fields[1])
      if let last = parts.last, !last.name.utf8.lexicographicallyPrecedes(name.utf8) { return nil }
      parts.append(Part(name: name, digest: String(fields[0])))
    }
    guard SHA256.digest(of: list) == lines[0] else { return nil }
  }

  // MARK: Comparison

  /// A part of which the file holds something else than was written into it, and how that is said.
  typealias Difference = (name: String, message: String)

  /// The first part that differs, of those that `isCovered` names; nil where all are equal. Arrays and
  /// attributes come before the groups that hold them.
  func firstDifference(
    from found: FileSeal, where isCovered: (_ name: String) -> Bool = { _ in true }
  ) -> Difference? {
    let (here, there) = (digests(isCovered), found.digests(isCovered))
    func change(_ part: Part) -> Difference? {
      guard let digest = there[part.name] else { return (part.name, "is missing") }
      return digest == part.digest ? nil : (part.name, "is not what was written (SHA-256)")
    }
    let written = parts.filter { isCovered($0.name) }
    let contents = written.filter { !$0.name.hasPrefix("group ") }
    if let difference = contents.lazy.compactMap(change).first { return difference }
    if let new = found.parts.first(where: { isCovered($0.name) && here[$0.name] == nil }) {
      return (new.name, "was not there when the file was written")
    }
    return written.lazy.compactMap(change).first
  }

  private func digests(_ isCovered: (_ name: String) -> Bool) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: parts.filter { isCovered($0.name) }.map { ($0.name, $0.digest) })
  }

  /// What readers of rows ask for: the digest of one array as written.
  func digest(ofArray path: String) -> String? {
    parts.first { $0.name == Self.array(path) }?.digest
  }
}

extension Array {
  /// The first place whose element, like all after it, fulfils the condition.
  fileprivate func partitioningIndex(_ isSecond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
