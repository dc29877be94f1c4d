import Files

/// Writes an HDF5 file with a seal: what is handed over is digested before HDF5 gets it, so that reading
/// back compares with what was meant.
public struct SealedFileWriter: ~Copyable {
  private let file: HDF5File
  private var seal = FileSeal()
  private var arrays: [String] = []

  /// Creates a file, or empties the one that is there.
  public init(_ path: String) throws(HDF5Error) {
    file = try HDF5File.create(path)
  }

  /// Creates the temporary file of a replacement; errors name its target.
  public init(for replacement: borrowing FileReplacement) throws(HDF5Error) {
    file = try HDF5File.create(replacement.temporaryPath, named: replacement.path)
  }

  /// Creates the array and writes all of it, with checksums; `values` are in row-major order.
  public mutating func write<Value: HDF5Scalar>(
    _ values: UnsafeBufferPointer<Value>, shape: [Int], at path: String
  ) throws(HDF5Error) {
    record(ArrayDigest.of(values, shape: shape), of: path)
    try file.write(values, shape: shape, at: path, fletcher32: true)
  }

  /// Creates the array and writes all of it, with checksums; `values` are in row-major order.
  public mutating func write<Value: HDF5Scalar>(
    _ values: [Value], shape: [Int], at path: String
  ) throws(HDF5Error) {
    let digest = values.withUnsafeBufferPointer { ArrayDigest.of($0, shape: shape) }
    record(digest, of: path)
    try file.write(values, shape: shape, at: path, fletcher32: true)
  }

  /// Writes texts, shape [count].
  public mutating func writeStrings(_ values: [String], at path: String) throws(HDF5Error) {
    record(ArrayDigest.of(values), of: path)
    try file.writeStrings(values, at: path)
  }

  /// Creates an array to be filled by rows; `record` its digest before `close`. It lies in the file in one
  /// piece, so that every row has a known place.
  public func createRows<Value: HDF5Scalar>(
    at path: String, type: Value.Type, shape: [Int]
  ) throws(HDF5Error) -> HDF5Dataset {
    try file.createDataset(at: path, type: type, shape: shape)
  }

  /// Notes the digest of an array.
  public mutating func record(_ digest: String, of path: String) {
    arrays.append(path)
    seal.set(FileSeal.array(path), digest)
  }

  /// Writes an attribute of the root, in place of one of that name.
  public mutating func writeAttribute<Value: HDF5AttributeValue>(
    _ name: String, value: Value
  ) throws(HDF5Error) {
    let content = value.attributeContent
    let digest = content.digest(shape: Value.isSingle ? [] : [content.count])
    seal.set(FileSeal.attribute(name, of: ""), digest)
    try file.writeAttribute(name, value: value)
  }

  /// Hands everything written so far to the operating system.
  public func flush() throws(HDF5Error) { try file.flush() }

  /// Writes the seal and what is pending, and closes; a failure here means that the file is not whole.
  public consuming func close() throws(HDF5Error) {
    for (path, names) in HDF5Contents.groups(of: arrays) { seal.setGroup(path, names: names) }
    try file.writeAttribute(FileSeal.attributeName, value: seal.text)
    try file.close()
  }
}

extension HDF5Contents {
  /// The groups above these arrays with the names in them.
  fileprivate static func groups(of arrays: [String]) -> [(path: String, names: [String])] {
    var names: [String: Set<String>] = ["": []]
    for array in arrays {
      var path = ""
      for step in array.split(separator: "/").map(String.init) {
        names[path, default: []].insert(step)
        path += (path.isEmpty ? "" : "/") + step
      }
    }
    return names.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value).sortedByBytes()) }
  }
}
