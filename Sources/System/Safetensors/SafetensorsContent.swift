import Files

/// Tensors and texts on their way into a safetensors file.
public struct SafetensorsContent {
  /// The numbers of a tensor.
  public enum Values {
    case float32([Float])
    case int64([Int64])

    var type: SafetensorsType {
      switch self {
      case .float32: .float32
      case .int64: .int64
      }
    }

    fileprivate func bytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      switch self {
      case .float32(let values): values.withUnsafeBytes(body)
      case .int64(let values): values.withUnsafeBytes(body)
      }
    }
  }

  private var tensors: [(name: String, shape: [Int], values: Values)] = []
  /// Texts by name, in this order.
  public var metadata: [(key: String, value: String)] = []

  public init() {}

  public var count: Int { tensors.count }

  /// - Precondition: as many values as the shape says, and a name of its own.
  public mutating func add(_ name: String, _ shape: [Int], _ values: Values) {
    tensors.append((name, shape, values))
  }

  /// The file. Tensors stand as the package itself writes them, wider types first, then by name, and begin at
  /// a multiple of 8 bytes: the same content gives the same bytes.
  public func bytes() -> [UInt8] {
    let ordered = tensors.sorted {
      ($1.values.type.byteCount, $0.name) < ($0.values.type.byteCount, $1.name)
    }
    var data: [UInt8] = []
    var entries: [(key: String, value: JSONValue)] = []
    if !metadata.isEmpty {
      let texts = metadata.map { ($0.key, JSONValue.text($0.value)) }
      entries.append((SafetensorsHeader.metadataName, .object(Dictionary(texts) { $1 })))
    }
    for tensor in ordered {
      let start = data.count
      tensor.values.bytes { data += $0 }
      entries.append(
        (
          tensor.name,
          .object([
            "dtype": .text(tensor.values.type.rawValue),
            "shape": .array(tensor.shape.map(JSONValue.integer)),
            "data_offsets": .array([.integer(start), .integer(data.count)]),
          ])
        ))
    }
    var header = Array(JSON.line(entries).utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let length = UInt64(header.count)
    return (0..<SafetensorsFile.prefix).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
      + header + data
  }
}
