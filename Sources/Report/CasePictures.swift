import Datasets
import Files
import Imaging

/// Pictures of single cases of a data set, with their masks outlined.
struct CasePictures {
  /// Pixels.
  static let side = 160

  private let source: DatasetSource
  private let positions: [String: Int]

  init(_ source: DatasetSource) {
    self.source = source
    positions = Dictionary(zip(source.names, source.names.indices)) { first, _ in first }
  }

  /// Nothing for what is no image of the set, such as a hidden file.
  func figure(_ name: String, caption: String? = nil) -> HTML? {
    guard let position = positions[name] else { return nil }
    return PictureFiles.figure(bytes: drawing(position), caption: caption ?? name)
  }

  /// As PNG; nil where the image or its mask cannot be read.
  private func drawing(_ position: Int) -> [UInt8]? {
    guard let loaded = try? source.load(cases: position..<(position + 1)).first else { return nil }
    let image = loaded.content.image.resized(width: Self.side, height: Self.side)
    let mask = loaded.content.mask.resizedNearest(width: Self.side, height: Self.side)
    let drawing = Overlay().drawing(
      truth: loaded.hasLabel ? mask : nil, prediction: nil, on: image)
    return try? PNG.encode(drawing)
  }
}
