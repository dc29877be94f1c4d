import Settings

/// One run of a study.
public struct StudyPoint: Sendable {
  /// Names its folder: `variant=switch,labeled-ratio=0.05,seed=1`, what varies in the study and nothing else.
  public let name: String
  /// Its value on each axis, in the order of the axes.
  public let coordinates: [(axis: String, value: String)]
  /// All options that the plan gives it, text by name.
  public let options: [String: String]
  /// The same with defaults.
  public let configuration: RunConfiguration

  /// Its value on an axis; nil where there is no such axis.
  public subscript(axis: String) -> String? { coordinates.first { $0.axis == axis }?.value }

  /// - Throws: `ConfigurationError` for options that do not go together.
  init(
    _ coordinates: [(axis: String, value: String)], _ options: [String: String]
  ) throws(ConfigurationError) {
    self.coordinates = coordinates
    self.options = options
    name = Self.name(coordinates)
    do {
      configuration = try RunConfiguration(options: options)
    } catch {
      throw ConfigurationError("\(name): \(error)")
    }
  }

  static func name(_ coordinates: [(axis: String, value: String)]) -> String {
    coordinates.map { "\($0.axis)=\(plain($0.value))" }.joined(separator: ",")
  }

  /// A value as a part of a file's name.
  static func plain(_ value: String) -> String {
    String(
      value.map { character in
        character.isASCII
          && (character.isLetter || character.isNumber || "._+-".contains(character))
          ? character : "_"
      })
  }

  /// How far a run is.
  public enum State: Equatable, Sendable {
    /// Nothing was done yet.
    case waiting
    /// It was begun and is nobody's now.
    case begun
    /// A process has it.
    case running(by: String)
    case failed(StudyFailure)
    /// Trained and tested.
    case done
  }
}
