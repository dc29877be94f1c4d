import Files

extension Diagnosis {
  /// All of it as JSON with sorted keys.
  public func json() throws -> String {
    try JSON.text(
      of: JSONForm(
        findings: findings, failures: failures, warnings: warnings, ok: ok),
      isPretty: true, usesSnakeCase: true)
  }

  private struct JSONForm: Encodable {
    var findings: [Entry]
    var failures: Int
    var warnings: Int
    var ok: Int
  }

  /// "1 FAIL, 2 WARN, 12 OK".
  public var counts: String { "\(failures) FAIL, \(warnings) WARN, \(ok) OK" }
}

extension Diagnosis.Entry {
  /// Status, name and sentence on a line, advice on one of its own.
  public var lines: [String] {
    let title = padded(status.rawValue.uppercased(), 6) + padded(name, 15)
    let line = title + (place.isEmpty ? "" : "\(place): ") + text
    return advice.isEmpty
      ? [line] : [line, String(repeating: " ", count: title.count) + advice]
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
