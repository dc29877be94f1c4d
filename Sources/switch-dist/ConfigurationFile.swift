import ArgumentParser
internal import FoundationEssentials
import Training
import Yams

/// The file that `--config` names: YAML with an option of `train` on each line, such as
/// `batch-size: 16`. It becomes arguments before the user's own, so that values are checked alike and
/// the command line wins.
struct ConfigurationFile {
  private let path: String
  private let keys = OptionKeys()

  init(_ path: String) { self.path = path }

  /// Puts the file's options in place of `--config`, where `train` is called with one.
  static func expanding(_ arguments: [String]) throws -> [String] {
    var arguments = arguments
    let start = arguments.first == "train" ? 1 : 0
    guard start == 1 || arguments.first?.hasPrefix("-") == true,
      let index = arguments[start...].firstIndex(where: {
        $0 == "--config" || $0.hasPrefix("--config=")
      })
    else { return arguments }
    let path: String
    if arguments[index] == "--config" {
      guard index + 1 < arguments.count else { return arguments }
      path = arguments[index + 1]
      arguments.removeSubrange(index...(index + 1))
    } else {
      path = String(arguments[index].dropFirst("--config=".count))
      arguments.remove(at: index)
    }
    guard !arguments.contains(where: { $0 == "--config" || $0.hasPrefix("--config=") }) else {
      throw ConfigurationError("--config is given twice; put the options into one file")
    }
    let given = Set(arguments.map { String($0.prefix { $0 != "=" }) })
    let own = try ConfigurationFile(path).arguments { given.contains("--\($0)") }
    return Array(arguments[..<start]) + own + arguments[start...]
  }

  /// - Parameter isGiven: whether the user gave an option, which then counts instead.
  private func arguments(isGiven: (_ name: String) -> Bool) throws -> [String] {
    var result: [String] = []
    var lines: [String: Int] = [:]
    for (key, value) in try mapping() {
      let line = key.mark?.line ?? 0
      let written = key.string ?? "?"
      let name = written.replacing("_", with: "-")
      guard let kind = keys.kinds[name], !keys.isNegation(name) else {
        throw failure(line, unknown(written, name))
      }
      if let earlier = lines[name] {
        throw failure(line, "\(name) was set in line \(earlier) already")
      }
      lines[name] = line
      let own = try argument(name, kind, value, line)
      // Half of the batch size, whichever that is now.
      let follows = name == "labeled-bs" && isGiven("batch-size")
      if let own, !isGiven(name), !isGiven("no-\(name)"), !follows { result.append(own) }
    }
    return result
  }

  /// Top-level keys and values in the file's order.
  private func mapping() throws -> [(key: Node, value: Node)] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw ConfigurationError(
        "\(path): \(isThere ? "cannot be read as UTF-8 text" : "no such file"); --config names a YAML file"
      )
    }
    do {
      guard let node = try Yams.compose(yaml: text) else { return [] }
      guard let mapping = node.mapping else {
        throw failure(node.mark?.line ?? 1, "expected lines such as batch-size: 16")
      }
      return mapping.map { ($0.key, $0.value) }
    } catch let error as YamlError {
      throw failure(error)
    }
  }

  /// Nothing for a value that leaves the option as it is.
  private func argument(
    _ name: String, _ kind: OptionKeys.Kind, _ value: Node, _ line: Int
  ) throws -> String? {
    guard let scalar = value.scalar else {
      throw failure(line, "\(name) takes one value, not a list or a section")
    }
    if value.null != nil { return nil }
    guard kind == .flag else {
      let argument = "--\(name)=\(scalar.string)"
      do {
        _ = try Train.parse([argument])
      } catch {
        throw failure(line, Self.withoutHelp(Train.message(for: error)))
      }
      return argument
    }
    switch value.bool {
    case true?: return "--\(name)"
    case false?: return keys.hasNegation(name) ? "--no-\(name)" : nil
    case nil: throw failure(line, "\(name) is true or false, not \(scalar.string)")
    }
  }

  private static func withoutHelp(_ message: String) -> String {
    String(message.split(separator: "\n").first ?? "")
  }

  private func unknown(_ written: String, _ name: String) -> String {
    if keys.isNegation(name) { return "write \(name.dropFirst(3)): false for \(written)" }
    if OptionKeys.excluded.contains(name) { return "\(written) belongs on the command line" }
    let advice =
      keys.nearest(to: name).map { "did you mean \($0)?" } ?? "see switch-dist help train"
    return "there is no option \(written); \(advice)"
  }

  private func failure(_ line: Int, _ message: String) -> ConfigurationError {
    ConfigurationError("\(path), line \(line): \(message)")
  }

  private func failure(_ error: YamlError) -> ConfigurationError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      failure(mark.line, "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      failure(context.mark.line, "\(duplicates.joined(separator: ", ")) is set twice")
    default: ConfigurationError("\(path): not YAML: \(error)")
    }
  }
}
