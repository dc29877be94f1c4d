/// One option of `train`: its name, its help, the setting it is and what that may be. The command
/// line, configuration files, the check of a configuration and the comparison of ranks all read it.
public struct RunOption: Sendable {
  /// Titles of the help.
  public enum Section: String, CaseIterable, Sendable {
    case run = "Run"
    case method = "Method"
    case data = "Data"
    case augmentation = "Augmentation"
    case schedule = "Schedule"
  }

  /// How an option is written.
  public enum Form: Equatable, Sendable {
    /// `--name value`; the shell completes it as said.
    case value(placeholder: String, Completion)
    /// `--name`, and `--no-name` where it can be turned off.
    case flag(canBeOff: Bool)
  }

  /// What the shell offers for a value.
  public enum Completion: Equatable, Sendable {
    case nothing
    case folder
    case file(extensions: [String])
    case words([String])
  }

  /// What the option is for the result and for the ranks of a job.
  public enum Role: Sendable {
    /// Decides the result: files of options hold it, and all ranks must have the same.
    case result
    /// Decides what the ranks do together: all must have the same.
    case course
    /// Where something lies, which may differ from node to node: given on all ranks or on none.
    case place
    /// Each rank's own affair.
    case own
  }

  /// Long name without dashes, such as `batch-size`.
  public let name: String
  public let section: Section
  public let form: Form
  public let role: Role
  /// With the default.
  public let help: String
  /// The setting as text, as a file of options has it; nil where it is not set.
  package let text: @Sendable (RunConfiguration) -> String?
  /// Whether the text is a string, which YAML must quote.
  let isString: Bool
  /// Takes over a text, or refuses it.
  let set: @Sendable (String, inout RunConfiguration) throws(ConfigurationError) -> Void
  /// Refuses a setting that cannot be used.
  package let check: @Sendable (RunConfiguration) throws(ConfigurationError) -> Void

  package var isFlag: Bool { if case .flag = form { true } else { false } }

  /// As usage lines have it: `--batch-size <count>`.
  var usage: String {
    if case .value(let placeholder, _) = form { "--\(name) <\(placeholder)>" } else { "--\(name)" }
  }
}

/// What a value must be, in words, and whether it is.
struct Rule<Value: Sendable>: Sendable {
  let words: String
  let holds: @Sendable (Value) -> Bool

  init(_ words: String, _ holds: @escaping @Sendable (Value) -> Bool) {
    self.words = words
    self.holds = holds
  }
}

// MARK: Making one

extension RunOption {
  /// A setting with a default.
  static func value<Value: LosslessStringConvertible & Sendable & Equatable>(
    _ name: String, _ setting: WritableKeyPath<RunConfiguration, Value> & Sendable,
    _ section: Section, _ placeholder: String, _ help: String, role: Role = .result,
    completion: Completion = .nothing, _ rule: Rule<Value>,
    shown: (@Sendable (RunConfiguration) -> String?)? = nil
  ) -> RunOption {
    RunOption(
      name: name, section: section, form: .value(placeholder: placeholder, completion), role: role,
      help: "\(help) \(defaultText(setting))", text: shown ?? { "\($0[keyPath: setting])" },
      isString: Value.self == String.self,
      set: { text, configuration throws(ConfigurationError) in
        configuration[keyPath: setting] = try parse(text, name, placeholder, completion)
      },
      check: { configuration throws(ConfigurationError) in
        try require(rule, name, configuration[keyPath: setting])
      })
  }

  /// A setting that need not be set; the help says what then holds.
  static func optional<Value: LosslessStringConvertible & Sendable>(
    _ name: String, _ setting: WritableKeyPath<RunConfiguration, Value?> & Sendable,
    _ section: Section, _ placeholder: String, _ help: String, role: Role,
    completion: Completion = .nothing, _ rule: Rule<Value>,
    shown: (@Sendable (RunConfiguration) -> String?)? = nil
  ) -> RunOption {
    RunOption(
      name: name, section: section, form: .value(placeholder: placeholder, completion), role: role,
      help: help, text: shown ?? { $0[keyPath: setting].map { "\($0)" } },
      isString: Value.self == String.self,
      set: { text, configuration throws(ConfigurationError) in
        configuration[keyPath: setting] = try parse(text, name, placeholder, completion)
      },
      check: { configuration throws(ConfigurationError) in
        if let value = configuration[keyPath: setting] { try require(rule, name, value) }
      })
  }

  static func flag(
    _ name: String, _ setting: WritableKeyPath<RunConfiguration, Bool> & Sendable,
    _ section: Section, _ help: String, role: Role = .result, canBeOff: Bool = false
  ) -> RunOption {
    RunOption(
      name: name, section: section, form: .flag(canBeOff: canBeOff), role: role, help: help,
      text: { "\($0[keyPath: setting])" }, isString: false,
      set: { text, configuration in configuration[keyPath: setting] = text == "true" },
      check: { _ in })
  }

  /// `(default: 256; for the synthetic set 64)`.
  private static func defaultText<Value: Equatable>(
    _ setting: KeyPath<RunConfiguration, Value>
  ) -> String {
    let (usual, short) = (RunConfiguration(), RunConfiguration.syntheticSet)
    let other =
      usual[keyPath: setting] == short[keyPath: setting]
      ? "" : "; for the synthetic set \(short[keyPath: setting])"
    return "(default: \(usual[keyPath: setting])\(other))"
  }

  private static func parse<Value: LosslessStringConvertible>(
    _ text: String, _ name: String, _ placeholder: String, _ completion: Completion
  ) throws(ConfigurationError) -> Value {
    if let value = Value(text) { return value }
    if case .words(let words) = completion {
      throw ConfigurationError("--\(name) must be \(words.joined(separator: ", ")), not \(text)")
    }
    throw ConfigurationError(
      "The value '\(text)' is invalid for '--\(name) <\(placeholder)>'", isUsage: true)
  }

  private static func require<Value>(
    _ rule: Rule<Value>, _ name: String, _ value: Value
  ) throws(ConfigurationError) {
    guard !rule.holds(value) else { return }
    let shown = "\(value)".isEmpty ? "an empty text" : "\(value)"
    throw ConfigurationError("--\(name) must be \(rule.words), not \(shown)")
  }
}
