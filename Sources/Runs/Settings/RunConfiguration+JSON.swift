import Files

extension RunConfiguration {
  /// The configuration as JSON with sorted keys and no spaces: the same bytes for the same
  /// configuration, as the run folder keeps it.
  public func canonicalJSON() throws(ConfigurationError) -> String {
    do {
      return try JSON.text(of: self)
    } catch {
      throw ConfigurationError("the configuration cannot be written as JSON: \(error)")
    }
  }

  /// The canonical JSON as checkpoints keep it, without where the data lies: a folder and the file
  /// made of it give the same checkpoint, byte for byte. Which data it was tells the source digest.
  public func checkpointJSON() throws(ConfigurationError) -> String {
    var anywhere = self
    anywhere.data.dataset = nil
    anywhere.data.folds = nil
    anywhere.data.root = DataConfiguration().root
    return try anywhere.canonicalJSON()
  }

  /// Reads what `canonicalJSON` of this or an earlier version wrote: settings that are absent had the
  /// defaults then in force. How the run is carried out gets its defaults.
  ///
  /// - Throws: `ConfigurationError` for text that is not such a configuration, also when it holds
  ///   unusable settings or those of a newer version.
  public init(json: String) throws(ConfigurationError) {
    let text = try Self.completed(json: json)
    do {
      self = try JSON.value(RunConfiguration.self, of: text)
    } catch {
      throw ConfigurationError("not the configuration of a run: \(Self.reason(error))")
    }
    try validate()
  }

  /// Every setting of the JSON by its dotted name.
  package func settings() throws(ConfigurationError) -> [String: String] {
    let json = try canonicalJSON()
    do {
      let leaves = try JSON.value(JSONValue.self, of: json).leaves
      return Dictionary(leaves.map { ($0.name, $0.value.plain) }) { $1 }
    } catch {
      throw ConfigurationError("the configuration cannot be compared: \(error)")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
    default: "it is not valid JSON"
    }
  }
}

extension JSONValue {
  /// A value as it is compared and shown.
  fileprivate var plain: String {
    switch self {
    case .text(let value): value
    case .number(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .natural(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .null: "null"
    case .array(let items): "\(items)"
    case .object(let members): "\(members)"
    }
  }
}
