import Files
import Safetensors
import Telemetry

/// What a safetensors file holds and says of itself.
public struct TensorFileDescription: Codable, Equatable, Sendable {
  public var format: String
  /// Texts by name, such as those of `export`.
  public var metadata: [String: String]
  /// In the order of the names' bytes.
  public var arrays: [ArrayFileDescription.Array]
  /// See `ContentDigest`; nil where only the header was read.
  public var digest: String?

  init(path: String, isQuick: Bool) throws(FileError) {
    let file = try SafetensorsFile(path)
    let tensors = file.tensors
    format = SafetensorsFile.fileExtension
    metadata = file.metadata
    arrays = FileSystem.orderedByBytes(Array(tensors.keys)).compactMap { name in
      tensors[name].map { .init(path: name, type: $0.type.rawValue, shape: $0.shape) }
    }
    digest = isQuick ? nil : try ContentDigest.of(file)
  }

  func text() -> String {
    let texts = metadata.sorted { $0.key < $1.key }.map { "\n  \($0.key): \($0.value)" }
    let lines = arrays.map { "\n  \($0.path)  \($0.type) \($0.shape)" }
    // Whatever a file from elsewhere has for names, a terminal is to stay as it is.
    let body = (texts + lines).map { "\n" + Terminal.plain(String($0.dropFirst())) }
    return "\(format) file, \(arrays.count) tensors\n  digest  \(digest ?? "not computed")"
      + body.joined()
  }
}
