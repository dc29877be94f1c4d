import Files

/// A file of tensors by name (github.com/huggingface/safetensors): the length of a header in 8 bytes, the
/// header in JSON, the values, all little-endian.
///
/// The file may come from anywhere: nothing that its header says is believed before it is checked against
/// the file's size.
public struct SafetensorsFile: ~Copyable {
  public struct Tensor: Equatable, Sendable {
    public let type: SafetensorsType
    public let shape: [Int]
    /// Of its bytes, after the header.
    let place: Range<Int>
  }

  public let path: String
  /// Free texts by name.
  public let metadata: [String: String]
  public let tensors: [String: Tensor]
  private let file: RandomAccessFile
  private let start: Int

  public static let fileExtension = "safetensors"
  /// Bytes of the number before the header.
  static let prefix = 8
  /// No weights of this project's size need more; the format allows 100 MB.
  private static let headerLimit = 16 << 20

  /// Whether a path is meant as such a file.
  public static func isNamed(_ path: String) -> Bool {
    path.lowercased().hasSuffix(".\(fileExtension)")
  }

  /// Opens a file and reads its header.
  ///
  /// - Throws: `FileError`, `isDamaged` where the header contradicts itself or the file.
  public init(_ path: String) throws(FileError) {
    if let kind = FileSystem.kindOfNoFile(path) {
      throw FileError(path, "is \(kind), not a file")
    }
    let file = try RandomAccessFile(path)
    let size = FileSystem.size(path)
    let length = try Self.headerLength(file, size: size)
    let start = Self.prefix + length
    let header = try SafetensorsHeader(
      try file.read(length, at: Self.prefix), path: path, byteCount: size - start)
    self.path = path
    metadata = header.metadata
    tensors = header.tensors
    self.start = start
    self.file = file
  }

  private static func headerLength(
    _ file: borrowing RandomAccessFile, size: Int
  ) throws(FileError) -> Int {
    guard size >= prefix else {
      throw SafetensorsHeader.damage(file.path, "\(size) bytes are too few")
    }
    let length = try file.read(prefix, at: 0).reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    guard length <= UInt64(size - prefix) else {
      throw SafetensorsHeader.damage(
        file.path, "its header is said to have \(length) bytes, where \(size - prefix) are left")
    }
    guard length <= UInt64(headerLimit) else {
      throw FileError(
        file.path, "its header of \(length) bytes is longer than the limit of \(headerLimit)")
    }
    return Int(length)
  }

  /// The bytes of a tensor.
  ///
  /// - Throws: `FileError` where there is none of this name.
  public func bytes(_ name: String) throws(FileError) -> [UInt8] {
    guard let tensor = tensors[name] else { throw FileError(path, "there is no tensor \(name)") }
    return try file.read(tensor.place.count, at: start + tensor.place.lowerBound)
  }

  /// The values of a tensor of floats.
  ///
  /// - Throws: `FileError` where there is none of this name and type.
  public func floats(_ name: String) throws(FileError) -> [Float] {
    try values(name, .float32)
  }

  /// The values of a tensor of whole numbers.
  ///
  /// - Throws: as `floats`.
  public func integers(_ name: String) throws(FileError) -> [Int64] {
    try values(name, .int64)
  }

  private func values<Value: BitwiseCopyable>(
    _ name: String, _ type: SafetensorsType
  ) throws(FileError) -> [Value] {
    if let found = tensors[name]?.type, found != type {
      throw FileError(path, "\(name) is \(found.rawValue), not \(type.rawValue)")
    }
    return try bytes(name).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: type.byteCount).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Value.self)
      }
    }
  }
}
