/// A value of a JSON text whose keys are not known beforehand.
package enum JSONValue: Decodable, Equatable {
  case object([String: JSONValue])
  case array([JSONValue])
  case text(String)
  case number(Double)
  /// Exact where a `Double` is not, as for seeds.
  case integer(UInt64)
  case flag(Bool)
  case null

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  var text: String? { if case .text(let value) = self { value } else { nil } }
  var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

  /// Whole numbers without a fraction.
  var shown: String {
    switch self {
    case .text(let value): value
    case .integer(let value): "\(value)"
    case .number(let value):
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .flag(let value): value ? "yes" : "no"
    case .null: "none"
    case .array(let values): values.map(\.shown).joined(separator: ", ")
    case .object(let values):
      values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shown)" }
        .joined(separator: ", ")
    }
  }

  /// Every value that is not an object, by its dotted name, sorted.
  var leaves: [(name: String, value: String)] {
    guard let object else { return [("", shown)] }
    return object.sorted { $0.key < $1.key }.flatMap { key, value in
      value.leaves.map { (name: $0.name.isEmpty ? key : "\(key).\($0.name)", value: $0.value) }
    }
  }
}
