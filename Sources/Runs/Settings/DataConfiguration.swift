import Datasets
import Imaging

/// Which images are trained on.
public struct DataConfiguration: Codable, Equatable, Sendable {
  /// A name under `root`, a folder or an .h5 file; nil for the built-in synthetic set.
  public var dataset: String?
  /// The folder in which data sets are looked up by name.
  public var root = "data"
  /// Side of the square images in pixels; a multiple of 16, at least 32.
  public var imageSize = 256
  /// The part of the train list, from its beginning, whose labels are used; in (0, 1].
  public var labeledRatio = 0.05
  /// Channels of an image; gray images only.
  public var inputChannelCount = 1
  /// Background and lesion.
  public var classCount = 2
  /// What the values in a folder's files mean.
  public var pixels = PixelRules()
  /// A `FoldTable`, by which the images are divided anew; nil for the data set's own lists.
  public var folds: String?
  /// The fold that is tested, from 1; nil without `folds`.
  public var fold: Int?

  public init() {}
}

// Where no data set is named there is no folder to name it in. What the values mean is there only where
// it was said: the JSON of runs from before one could say it, and every digest over it, stays as it was.
extension DataConfiguration {
  private enum CodingKeys: String, CodingKey {
    case dataset, root, imageSize, labeledRatio, inputChannelCount, classCount
    case foreground, invertsMasks, window, folds, fold
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    dataset = try container.decodeIfPresent(String.self, forKey: .dataset)
    if dataset != nil { root = try container.decode(String.self, forKey: .root) }
    imageSize = try container.decode(Int.self, forKey: .imageSize)
    labeledRatio = try container.decode(Double.self, forKey: .labeledRatio)
    inputChannelCount = try container.decode(Int.self, forKey: .inputChannelCount)
    classCount = try container.decode(Int.self, forKey: .classCount)
    pixels.foreground = try Self.text(of: .foreground, in: container)
    pixels.invertsMasks = try container.decodeIfPresent(Bool.self, forKey: .invertsMasks) ?? false
    pixels.window = try Self.text(of: .window, in: container)
    folds = try container.decodeIfPresent(String.self, forKey: .folds)
    fold = try container.decodeIfPresent(Int.self, forKey: .fold)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(dataset, forKey: .dataset)
    if dataset != nil { try container.encode(root, forKey: .root) }
    try container.encode(imageSize, forKey: .imageSize)
    try container.encode(labeledRatio, forKey: .labeledRatio)
    try container.encode(inputChannelCount, forKey: .inputChannelCount)
    try container.encode(classCount, forKey: .classCount)
    try container.encodeIfPresent(pixels.foreground?.description, forKey: .foreground)
    if pixels.invertsMasks { try container.encode(true, forKey: .invertsMasks) }
    try container.encodeIfPresent(pixels.window?.description, forKey: .window)
    try container.encodeIfPresent(folds, forKey: .folds)
    try container.encodeIfPresent(fold, forKey: .fold)
  }

  private static func text<Value: LosslessStringConvertible>(
    of key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>
  ) throws -> Value? {
    guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
    guard let value = Value(text) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: container, debugDescription: "\(key.stringValue) cannot be \(text)")
    }
    return value
  }
}
