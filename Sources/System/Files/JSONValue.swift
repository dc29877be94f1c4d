internal import FoundationEssentials

/// A value of a JSON text (RFC 8259) of any content, with whole numbers as they are written.
public enum JSONValue: Codable, Equatable, Sendable {
  case object([String: JSONValue])
  case array([JSONValue])
  case text(String)
  /// Not-a-number and infinity, which JSON cannot express, are written as null.
  case number(Double)
  case integer(Int)
  /// Whole numbers above those of `Int`, such as seeds.
  case natural(UInt64)
  case flag(Bool)
  case null

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .natural(value)
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

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let members): try container.encode(members)
    case .array(let items): try container.encode(items)
    case .text(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .natural(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .null: try container.encodeNil()
    }
  }

  /// A number, or null where there is none.
  public static func optional(_ value: Double?) -> JSONValue { value.map(number) ?? .null }

  // MARK: Looking into it

  public var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .natural(let value): Double(value)
    default: nil
    }
  }

  public var text: String? { if case .text(let value) = self { value } else { nil } }

  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  public var object: [String: JSONValue]? {
    if case .object(let value) = self { value } else { nil }
  }

  /// Every value that is not an object, by its dotted name, sorted.
  public var leaves: [(name: String, value: JSONValue)] {
    guard let object else { return [("", self)] }
    return object.sorted { $0.key < $1.key }.flatMap { key, value in
      value.leaves.map { (name: $0.name.isEmpty ? key : "\(key).\($0.name)", value: $0.value) }
    }
  }

  /// This with what `other` has in its place, member by member.
  public func overlaid(by other: JSONValue) -> JSONValue {
    guard let object, let others = other.object else { return other }
    return .object(object.merging(others) { $0.overlaid(by: $1) })
  }
}

extension JSONValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  public init(nilLiteral: ()) { self = .null }
}
