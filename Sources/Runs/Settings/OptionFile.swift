import Files
internal import Yams

/// The file that `--config` names: YAML with an option of `train` on each line, such as
/// `batch-size: 16`.
public struct OptionFile {
  private let reader: OptionReader

  public init(_ path: String) { reader = OptionReader(path) }

  /// Text by the option's name, as `RunConfiguration.init(options:)` takes it.
  ///
  /// - Throws: `ConfigurationError` that names the line.
  public func read() throws(ConfigurationError) -> [String: String] {
    guard let node = try reader.compose("--config names a YAML file") else { return [:] }
    guard let mapping = node.mapping else {
      throw reader.failure(node, "expected lines such as batch-size: 16")
    }
    return try reader.options(mapping)
  }

  /// The file of some options.
  ///
  /// - Parameter given: text by the option's name.
  package static func text(of given: [String: String]) throws(ConfigurationError) -> String {
    let pairs = RunOption.all.compactMap { option in
      given[option.name].map { text in
        (Node(option.name), Node(text, .implicit, option.isString ? .doubleQuoted : .any))
      }
    }
    do {
      return try serialize(node: Node(pairs), width: -1, allowUnicode: true)
    } catch {
      throw ConfigurationError("the options cannot be written as YAML: \(error)")
    }
  }
}
