internal import FoundationEssentials

/// The options of `train` as keys of a configuration file: taken from the command itself, so that
/// there is no second list.
struct OptionKeys {
  enum Kind: String, Decodable {
    /// Takes a value.
    case option
    /// Is there or not; `true` or `false` in a file.
    case flag
    case positional
  }

  /// By the option's long name.
  let kinds: [String: Kind]
  /// What belongs on a command line only.
  static let excluded: Set = ["config", "dry-run", "help", "version"]

  init() {
    let json = Train._dumpHelp()
    let tool = try? JSONDecoder().decode(Tool.self, from: Data(json.utf8))
    let arguments = tool?.command.arguments ?? []
    let pairs = arguments.compactMap { argument in
      argument.preferredName.map { ($0.name, argument.kind) }
    }
    kinds = Dictionary(pairs) { first, _ in first }.filter { !Self.excluded.contains($0.key) }
  }

  /// Keys in a file: `no-x` is written `x: false`.
  var names: [String] { kinds.keys.filter { !isNegation($0) }.sorted() }

  func isNegation(_ name: String) -> Bool {
    name.hasPrefix("no-") && kinds[String(name.dropFirst(3))] == .flag
  }

  func hasNegation(_ name: String) -> Bool { kinds["no-\(name)"] == .flag }

  /// The key that was probably meant: with the fewest letters changed, if they are few.
  func nearest(to name: String) -> String? {
    let distances = names.map { ($0, Self.distance(name, $0)) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 3) else {
      return names.first { $0.hasPrefix(name) || name.hasPrefix($0) }
    }
    return best.0
  }

  /// Letters to insert, leave out or change (Levenshtein).
  private static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (letter == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }

  /// What ArgumentParser says about a command, as far as it is needed here.
  private struct Tool: Decodable {
    struct Command: Decodable {
      var arguments: [Argument]?
    }

    struct Argument: Decodable {
      struct Name: Decodable {
        var name: String
      }

      var kind: Kind
      var preferredName: Name?
    }

    var command: Command
  }
}
