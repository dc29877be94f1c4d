import Files

extension Verdict {
  /// All of it as JSON with sorted keys.
  public func json() throws -> String {
    try JSON.text(of: self, isPretty: true, usesSnakeCase: true)
  }

  /// All of it on lines for people.
  public var text: String {
    ([heading] + table + [""] + findings.flatMap(Self.lines) + [counts]).joined(separator: "\n")
  }

  private var heading: String {
    guard images > 0 else { return path }
    return "\(path): \(images) images of \(sizeText), looked at as \(imageSize)×\(imageSize)"
  }

  /// "300×200 pixels", "190-1028 × 335-874 pixels".
  public var sizeText: String {
    func range(_ values: [Int]) -> String {
      guard let least = values.first, let most = values.last else { return "unknown" }
      return least == most ? "\(least)" : "\(least)-\(most)"
    }
    return sizes == 1
      ? "\(range(widths))×\(range(heights)) pixels"
      : "\(range(widths)) × \(range(heights)) pixels"
  }

  private var table: [String] {
    guard !lists.isEmpty else { return [] }
    let title =
      "  list       images   masks   empty   lesion, % of the image: least, quartiles, most"
    return [title]
      + lists.map { list in
        let numbers = [list.images, list.masks, list.emptyMasks]
          .map { Self.padded("\($0)", to: 8, atEnd: false) }.joined()
        let shares = list.lesionShares.map {
          Self.padded(String(percent($0).dropLast(2)), to: 7, atEnd: false)
        }.joined()
        return "  " + Self.padded(list.title, to: 9, atEnd: true) + numbers + " " + shares
      }
  }

  private static func lines(_ finding: Finding) -> [String] {
    let title = padded(finding.severity.rawValue, to: 9, atEnd: true)
    let line = "\(title)\(finding.kind.rawValue): \(finding.text)"
    return finding.remedy.isEmpty
      ? [line] : [line, String(repeating: " ", count: 9) + finding.remedy]
  }

  /// "2 errors, 1 warning, no notes".
  public var counts: String {
    [(errors, "error"), (warnings, "warning"), (notes, "note")].map { count, name in
      count == 1 ? "1 \(name)" : "\(count == 0 ? "no" : "\(count)") \(name)s"
    }.joined(separator: ", ")
  }

  private static func padded(_ text: String, to width: Int, atEnd: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return atEnd ? text + blanks : blanks + text
  }
}
