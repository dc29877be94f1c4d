internal import FoundationEssentials

/// Reading and writing JSON (RFC 8259).
public enum JSON {
  /// Sorted keys: the same bytes for the same value.
  ///
  /// - Parameters:
  ///   - isPretty: on lines of their own, for people; on one line otherwise.
  ///   - usesSnakeCase: `imageSize` is written `image_size`.
  public static func text(
    of value: some Encodable, isPretty: Bool = false, usesSnakeCase: Bool = false
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    if usesSnakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  public static func value<Value: Decodable>(
    _ type: Value.Type = Value.self, of text: some StringProtocol
  ) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  /// An object on one line with its keys in the order given; numbers in the shortest form that reads
  /// back the same.
  public static func line(_ fields: [(key: String, value: JSONValue)]) -> String {
    "{" + fields.map { "\(quoted($0.key)):\(text($0.value))" }.joined(separator: ",") + "}"
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .object(let members): line(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    case .array(let items): "[" + items.map(text).joined(separator: ",") + "]"
    case .text(let value): quoted(value)
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .integer(let value): "\(value)"
    case .natural(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .null: "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
