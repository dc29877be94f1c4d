import ArgumentParser
import Glibc
import Runs
import Telemetry

/// `switch-dist diff`: where two runs part.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two checkpoints or two dumps of an iteration, array by array.",
    discussion: """
      Examples:
        switch-dist diff runs/first/self_last.h5 runs/second/self_last.h5
        switch-dist diff a/dump_self_3.h5 b/dump_self_3.h5 --tolerance 1e-6

      Arrays are compared bit for bit, in the order of their paths; in the dumps that \
      train --dump-iteration writes it is the order in which a step makes them, so that the first \
      difference is where two runs part. Exit codes: 0 equal, 1 different, 2 files that cannot be \
      compared, 64 a wrong command line.
      """)

  @Argument(
    help: ArgumentHelp("A checkpoint or a dump.", valueName: "file"),
    completion: .hdf5)
  var first: String

  @Argument(
    help: ArgumentHelp("Another one.", valueName: "other file"),
    completion: .hdf5)
  var second: String

  @Option(
    help: ArgumentHelp(
      "Numbers a and b count as equal if |a − b| is at most this times the larger of both.",
      valueName: "ratio"))
  var tolerance = 0.0

  @Option(help: ArgumentHelp("Arrays to list at most.", valueName: "count"))
  var limit = 20

  @Flag(help: "Print JSON, all arrays that differ.")
  var json = false

  func validate() throws {
    guard tolerance >= 0, limit >= 1 else {
      throw ValidationError("--tolerance must be 0 or more, --limit 1 or more")
    }
  }

  func run() throws {
    let difference: FileDifference
    do {
      try requireOneProcess("diff")
      difference = try FileDifference(first, second, tolerance: tolerance)
    } catch {
      throw DiffFailure(message: "\(error)")
    }
    print(json ? try difference.json() : text(difference))
    if !difference.isEmpty { throw ExitCode(1) }
  }

  private func text(_ difference: FileDifference) -> String {
    guard let earliest = difference.entries.first else {
      let said = difference.settings.isEmpty ? "" : ", but not in what they say about themselves"
      return (["equal in all \(difference.arrays) arrays\(said)"] + settings(difference))
        .joined(separator: "\n")
    }
    var lines = [
      "\(difference.entries.count) of \(difference.arrays) arrays differ; the first is "
        + earliest.path
    ]
    lines += difference.entries.prefix(limit).map { "  \(line($0))" }
    let rest = difference.entries.count - limit
    if rest > 0 { lines.append("  and \(rest) more (--limit)") }
    return (lines + settings(difference)).joined(separator: "\n")
  }

  private func line(_ entry: FileDifference.Entry) -> String {
    let (one, other) = (entry.first ?? "", entry.second ?? "")
    switch entry.kind {
    case .onlyInFirst: return "\(entry.path): only in the first (\(one))"
    case .onlyInSecond: return "\(entry.path): only in the second (\(other))"
    case .type, .shape: return "\(entry.path): \(one) against \(other)"
    case .values:
      let place = (entry.index ?? []).map { "\($0)" }.joined(separator: ", ")
      var text = "\(entry.path): \(entry.differing ?? 0) of \(entry.count ?? 0) differ"
      text += ", first at [\(place)]: \(one) against \(other)"
      if let absolute = entry.largestAbsolute {
        text += "; at most \(scientific(absolute))"
        text += " (relative \(scientific(entry.largestRelative ?? 0)))"
      }
      return text
    }
  }

  private func settings(_ difference: FileDifference) -> [String] {
    difference.settings.map {
      "  \($0.name): \($0.first ?? "not there") against \($0.second ?? "not there")"
    }
  }

  /// Three digits.
  private func scientific(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return "\(value)" }
    let exponent = Int(log10(value).rounded(.down))
    return "\(decimalText(value / pow(10, Double(exponent)), places: 2))e\(exponent)"
  }
}

/// The files could not be compared: exit code 2, since 1 says that they differ.
struct DiffFailure: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
