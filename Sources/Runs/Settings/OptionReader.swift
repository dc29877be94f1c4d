import Files
package import Yams

/// Reads options of `train` from a YAML file, whatever else stands in it. Errors name file and line.
package struct OptionReader: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// What stands in the file; nil where nothing does.
  ///
  /// - Parameter purpose: what the file is for, such as "--config names a YAML file".
  package func compose(_ purpose: String) throws(ConfigurationError) -> Node? {
    let text: String
    do {
      text = try FileSystem.readText(path)
    } catch {
      throw ConfigurationError("\(error); \(purpose)")
    }
    do {
      return try Yams.compose(yaml: text)
    } catch {
      throw failure(error)
    }
  }

  /// The option that a key names.
  package func option(_ key: Node) throws(ConfigurationError) -> RunOption {
    let written = key.string ?? "?"
    let name = written.replacing("_", with: "-")
    guard let option = RunOption.named(name), !RunOption.outsideFiles.contains(name) else {
      throw failure(key, unknown(written, name))
    }
    return option
  }

  /// Options with their values, as `RunConfiguration.init(options:)` takes them; without those whose value
  /// leaves them as they are.
  package func options(_ mapping: Node.Mapping) throws(ConfigurationError) -> [String: String] {
    var result: [String: String] = [:]
    var lines: [String: Int] = [:]
    for (key, value) in mapping {
      let option = try option(key)
      if let earlier = lines[option.name] {
        throw failure(key, "\(option.name) was set in line \(earlier) already")
      }
      lines[option.name] = line(of: key)
      result[option.name] = try text(of: value, for: option, at: key)
    }
    return result
  }

  /// The value of an option; nil for one that leaves it as it is.
  ///
  /// - Parameter key: names the line.
  package func text(
    of value: Node, for option: RunOption, at key: Node
  ) throws(ConfigurationError) -> String? {
    guard let scalar = value.scalar else {
      throw failure(key, "\(option.name) takes one value, not a list or a section")
    }
    if value.null != nil { return nil }
    guard !option.isFlag else {
      guard let isOn = value.bool else {
        throw failure(key, "\(option.name) is true or false, not \(scalar.string)")
      }
      return "\(isOn)"
    }
    var probe = RunConfiguration()
    do {
      try option.set(scalar.string, &probe)
    } catch {
      throw failure(key, error.description)
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

  // MARK: Errors

  /// From 1; 0 where it is not known.
  private func line(of node: Node) -> Int { node.mark?.line ?? 0 }

  package func failure(_ node: Node, _ message: String) -> ConfigurationError {
    failure(line: line(of: node), message)
  }

  private func failure(line: Int, _ message: String) -> ConfigurationError {
    ConfigurationError("\(path), line \(line): \(message)")
  }

  private func failure(_ error: any Error) -> ConfigurationError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      failure(line: mark.line, "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      failure(
        line: context.mark.line, "\(duplicates.joined(separator: ", ")) is set twice")
    default: ConfigurationError("\(path): not YAML: \(error)")
    }
  }
}
