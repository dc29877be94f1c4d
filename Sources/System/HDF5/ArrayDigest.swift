import Digests

/// The digest of one array: SHA-256 over a line with type and shape, and the little-endian values. Where
/// there are several dimensions, the digests of the rows (hexadecimal) stand for the values, so that rows
/// can be digested by several threads and ranks.
public struct ArrayDigest: ~Copyable, Sendable {
  private var hash = SHA256()
  private let hasRows: Bool

  public init(type: HDF5ElementType, shape: [Int]) {
    hasRows = shape.count > 1
    hash.update("\(type.rawValue) \(shape.map { "\($0)" }.joined(separator: "x"))\n")
  }

  /// Appends the digests of the next rows, one after the other.
  public mutating func append(rowDigests: String) { hash.update(rowDigests) }

  /// Appends whole rows, each of as many bytes.
  mutating func append(_ bytes: UnsafeRawBufferPointer, rowLength: Int) {
    guard hasRows else { return hash.update(bytes) }
    guard rowLength > 0 else { return }
    for start in stride(from: 0, to: bytes.count, by: rowLength) {
      let row = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + rowLength)])
      append(rowDigests: SHA256.digest(of: row))
    }
  }

  /// Appends texts, each after its number of bytes.
  mutating func append(_ texts: [String]) {
    for text in texts { hash.update("\(text.utf8.count):\(text)\n") }
  }

  /// 64 hexadecimal digits.
  public consuming func finalize() -> String { hash.finalize() }

  /// Of all values of an array, in row-major order.
  static func of<Value: HDF5Scalar>(
    _ values: UnsafeBufferPointer<Value>, shape: [Int]
  ) -> String {
    var digest = ArrayDigest(type: Value.elementType, shape: shape)
    let rowLength = shape.dropFirst().reduce(MemoryLayout<Value>.stride, *)
    digest.append(UnsafeRawBufferPointer(values), rowLength: rowLength)
    return digest.finalize()
  }

  /// Of an array of texts.
  static func of(_ texts: [String]) -> String {
    var digest = ArrayDigest(type: .string, shape: [texts.count])
    digest.append(texts)
    return digest.finalize()
  }
}

extension HDF5Dataset {
  /// Elements that are read at a time, about.
  private static var blockLength: Int { 1 << 18 }

  /// The digest of what the file holds; nil for elements of other types than numbers and texts.
  func digest(in file: borrowing HDF5File, at path: String) throws(HDF5Error) -> String? {
    switch elementType {
    case .float32: try digest(as: Float.self)
    case .float64: try digest(as: Double.self)
    case .int8, .bool: try digest(as: Int8.self)
    case .int16: try digest(as: Int16.self)
    case .int32: try digest(as: Int32.self)
    case .int64: try digest(as: Int64.self)
    case .uint8: try digest(as: UInt8.self)
    case .uint16: try digest(as: UInt16.self)
    case .uint32: try digest(as: UInt32.self)
    case .uint64: try digest(as: UInt64.self)
    case .string: ArrayDigest.of(try file.readStrings(path))
    case .other: nil
    }
  }

  /// Reads a few rows at a time.
  private func digest<Value: HDF5Scalar>(as type: Value.Type) throws(HDF5Error) -> String {
    guard shape.count > 1, count > 0 else {
      let values = try read(as: type)
      return values.withUnsafeBufferPointer { ArrayDigest.of($0, shape: shape) }
    }
    var digest = ArrayDigest(type: elementType, shape: shape)
    let step = max(1, Self.blockLength / rowCount)
    for start in stride(from: 0, to: shape[0], by: step) {
      let values = try readRows(start..<min(start + step, shape[0]), as: type)
      values.withUnsafeBytes {
        digest.append($0, rowLength: rowCount * MemoryLayout<Value>.stride)
      }
    }
    return digest.finalize()
  }
}
