/// The processor of this machine.
package enum ProcessorModel {
  /// As its maker calls it (proc(5), `cpuinfo`).
  package static var name: String {
    let text = UsableCores.content(of: "/proc/cpuinfo") ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { trimmed($0) } ?? "unknown"
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
