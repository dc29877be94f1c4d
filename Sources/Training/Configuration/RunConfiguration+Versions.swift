internal import FoundationEssentials

extension RunConfiguration {
  /// The settings of a run that format version 1 knows, with the defaults that were in force: what a
  /// file leaves out had these values when it was written. It stays as it is when defaults change; a
  /// new setting, or another default, is a new version with a text of its own beside this one.
  static let versionOne = """
    {"augmentation":{"randomStrongCount":true,"randomWeakCount":true,"strong":true,"strongCount":9,\
    "weak":true,"weakCount":4},"data":{"classCount":2,"imageSize":256,"inputChannelCount":1,\
    "labeledRatio":0.05,"root":"data"},"method":"switch","mixing":{"coarsePatchCount":2,\
    "finePatchCount":2,"frequencySize":0.0175},"objective":{"consistencyWeight":0.1,\
    "contrastiveWeight":0.1},"optimizer":{"learningRate":0.05,"weightDecay":0.0001},\
    "precision":"fp32","schedule":{"batchSize":16,"evaluationInterval":200,"preIterations":10000,\
    "selfIterations":30000},"seed":1}
    """

  /// Settings that have no default: they are there or not.
  private static let optionalSettings: Set = ["data.dataset", "initialWeights"]

  /// The JSON of a file with what it leaves out filled in.
  ///
  /// - Throws: `ConfigurationError` for settings that this version does not know, and for text that is no
  ///   JSON.
  static func completed(json: String) throws(ConfigurationError) -> String {
    let written = try tree(json)
    let defaults = try tree(versionOne)
    let known = optionalSettings.union(defaults.names())
    let unknown = written.names().filter { !known.contains($0) }.sorted()
    guard unknown.isEmpty else {
      throw ConfigurationError(
        "written by a newer version of switch-dist than \(toolVersion): it holds settings unknown to "
          + "this one (\(unknown.joined(separator: ", ")))")
    }
    do {
      let data = try JSONEncoder().encode(defaults.overlaid(by: written))
      return String(decoding: data, as: UTF8.self)
    } catch {
      throw ConfigurationError("not the configuration of a run: it is not valid JSON")
    }
  }

  private static func tree(_ json: String) throws(ConfigurationError) -> JSONTree {
    do {
      let tree = try JSONDecoder().decode(JSONTree.self, from: Data(json.utf8))
      if case .object = tree { return tree }
    } catch {}
    throw ConfigurationError("not the configuration of a run: it is not valid JSON")
  }
}

/// JSON of any content, with numbers as they are written.
enum JSONTree: Codable, Equatable {
  case object([String: JSONTree])
  case list([JSONTree])
  case flag(Bool)
  case whole(UInt64)
  case number(Double)
  case text(String)
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(UInt64.self) {
      self = .whole(number)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONTree].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let members): try container.encode(members)
    case .list(let items): try container.encode(items)
    case .flag(let flag): try container.encode(flag)
    case .whole(let number): try container.encode(number)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .null: try container.encodeNil()
    }
  }

  /// Dotted names of all values, with the text of each.
  func leaves(prefix: String = "") -> [String: String] {
    switch self {
    case .object(let members):
      members.reduce(into: [:]) { result, member in
        let name = prefix.isEmpty ? member.key : "\(prefix).\(member.key)"
        result.merge(member.value.leaves(prefix: name)) { $1 }
      }
    case .list(let items): [prefix: "\(items)"]
    case .flag(let flag): [prefix: "\(flag)"]
    case .whole(let number): [prefix: "\(number)"]
    case .number(let number): [prefix: "\(number)"]
    case .text(let text): [prefix: text]
    case .null: [prefix: "null"]
    }
  }

  func names() -> [String] { Array(leaves().keys) }

  /// This with what `other` has in its place, member by member.
  func overlaid(by other: JSONTree) -> JSONTree {
    guard case .object(let own) = self, case .object(let others) = other else { return other }
    return .object(own.merging(others) { $0.overlaid(by: $1) })
  }
}
