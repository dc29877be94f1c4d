import Digests
import Files
import HDF5
import Safetensors

/// The digest that two equal checkpoints share: SHA-256 over path, shape and little-endian bytes of
/// every data set, in the order of their paths. Attributes do not count.
public enum ContentDigest {
  /// - Parameter excluded: arrays that do not count, such as digests of others.
  public static func ofFile(
    _ path: String, excluding excluded: [String] = []
  ) throws(HDF5Error) -> String {
    let file = try HDF5File.open(path)
    var digest = SHA256()
    for name in try datasets(in: file) where !excluded.contains(name) {
      let shape = try file.readShape(name)
      digest.update(title(name, shape))
      switch try file.elementType(name) {
      case .float32: update(&digest, try file.read(name, as: Float.self).values.map(\.bitPattern))
      case .float64: update(&digest, try file.read(name, as: Double.self).values.map(\.bitPattern))
      case .int32: update(&digest, try file.read(name, as: Int32.self).values)
      case .uint8: digest.update(try file.read(name, as: UInt8.self).values)
      case .uint64: update(&digest, try file.read(name, as: UInt64.self).values)
      case .string: for text in try file.readStrings(name) { digest.update(text + "\n") }
      default: update(&digest, try file.read(name, as: Int64.self).values)
      }
    }
    return digest.finalize()
  }

  /// The same of a safetensors file with weights, equal to that of an HDF5 file with the same arrays.
  static func of(_ file: borrowing SafetensorsFile) throws(FileError) -> String {
    var digest = SHA256()
    let tensors = file.tensors
    for name in FileSystem.orderedByBytes(Array(tensors.keys)) {
      guard let tensor = tensors[name] else { continue }
      digest.update(title(name, tensor.shape))
      digest.update(try file.bytes(name))
    }
    return digest.finalize()
  }

  private static func title(_ name: String, _ shape: [Int]) -> String {
    "\(name) \(shape.map { "\($0)" }.joined(separator: "x"))\n"
  }

  /// Paths of all data sets, sorted by their bytes.
  public static func datasets(in file: borrowing HDF5File) throws(HDF5Error) -> [String] {
    try file.descendants()
  }

  private static func update(_ digest: inout SHA256, _ values: [some FixedWidthInteger]) {
    let ordered = values.map(\.littleEndian)
    ordered.withUnsafeBytes { digest.update($0) }
  }
}
