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

  public init() {}
}
