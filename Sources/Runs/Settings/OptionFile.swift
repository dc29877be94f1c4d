import Files
import Yams

/// The file that `--config` names: YAML with an option of `train` on each line, such as
/// `batch-size: 16`.
public struct OptionFile {
  private let path: String

  public init(_ path: String) { self.path = path }

  /// Text by the option's name, as `RunConfiguration.init(options:)` takes it.
  ///
  /// - Throws: `ConfigurationError` that names the line.
  public func read() throws(ConfigurationError) -> [String: String] {
    var result: [String: String] = [:]
    var lines: [String: Int] = [:]
    for (key, value) in try mapping() {
      let line = key.mark?.line ?? 0
      let written = key.string ?? "?"
      let name = written.replacing("_", with: "-")
      guard let option = RunOption.named(name), !RunOption.outsideFiles.contains(name) else {
        throw failure(line, unknown(written, name))
      }
      if let earlier = lines[name] {
        throw failure(line, "\(name) was set in line \(earlier) already")
      }
      lines[name] = line
      result[name] = try text(of: value, for: option, line)
    }
    return result
  }

  /// Top-level keys and values in the file's order.
  private func mapping() throws(ConfigurationError) -> [(key: Node, value: Node)] {
    let text: String
    do {
      text = try FileSystem.readText(path)
    } catch {
      throw ConfigurationError("\(error); --config names a YAML file")
    }
    do {
      guard let node = try Yams.compose(yaml: text) else { return [] }
      guard let mapping = node.mapping else {
        throw failure(node.mark?.line ?? 1, "expected lines such as batch-size: 16")
      }
      return mapping.map { ($0.key, $0.value) }
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw failure(error)
    }
  }

  /// Nothing for a value that leaves the option as it is.
  private func text(
    of value: Node, for option: RunOption, _ line: Int
  ) throws(ConfigurationError) -> String? {
    guard let scalar = value.scalar else {
      throw failure(line, "\(option.name) takes one value, not a list or a section")
    }
    if value.null != nil { return nil }
    guard !option.isFlag else {
      guard let isOn = value.bool else {
        throw failure(line, "\(option.name) is true or false, not \(scalar.string)")
      }
      return "\(isOn)"
    }
    var probe = RunConfiguration()
    do {
      try option.set(scalar.string, &probe)
    } catch {
      throw failure(line, error.description)
    }
    return scalar.string
  }

  private func unknown(_ written: String, _ name: String) -> String {
    if name.hasPrefix("no-"), let flag = RunOption.named(String(name.dropFirst(3))), flag.isFlag {
      return "write \(flag.name): false for \(written)"
    }
    if RunOption.outsideFiles.contains(name) { return "\(written) belongs on the command line" }
    let advice =
      RunOption.nearest(to: name).map { "did you mean \($0)?" } ?? "see switch-dist help train"
    return "there is no option \(written); \(advice)"
  }

  private func failure(_ line: Int, _ message: String) -> ConfigurationError {
    ConfigurationError("\(path), line \(line): \(message)")
  }

  private func failure(_ error: any Error) -> ConfigurationError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      failure(mark.line, "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      failure(context.mark.line, "\(duplicates.joined(separator: ", ")) is set twice")
    default: ConfigurationError("\(path): not YAML: \(error)")
    }
  }
}
