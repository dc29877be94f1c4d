import Imaging

/// A data set: square 8-bit images with their masks and the three split lists.
public struct Dataset: Sendable {
  public var name: String
  /// Side of every image in pixels.
  public var imageSize: Int
  /// File names, N of them, each once.
  public var names: [String]
  /// Images and masks; masks are zeros where `hasLabel` is false.
  public var pixels: PixelStore
  public var hasLabel: [Bool]
  /// Width and height in pixels before resizing.
  public var originalSizes: [PixelSize]
  public var splits: Splits
  /// SHA-256 (hex) over names, splits and source bytes; the same for a folder and its conversion.
  public var sourceDigest: String
  /// The lists of the data set itself, where `splits` are those of a cross-validation.
  var ownSplits: Splits?
  /// What a user should know about the data, one sentence each (0/1 masks mapped, 16 bits scaled).
  public var notes: [String]

  public struct PixelSize: Codable, Equatable, Sendable {
    public var width: Int
    public var height: Int
    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// Positions in `names`, in the order of the lists.
  public struct Splits: Equatable, Sendable {
    public var train: [Int]
    public var validation: [Int]
    public var test: [Int]
    public init(train: [Int], validation: [Int], test: [Int]) {
      self.train = train
      self.validation = validation
      self.test = test
    }
  }

  public init(
    name: String, imageSize: Int, names: [String], pixels: PixelStore,
    hasLabel: [Bool], originalSizes: [PixelSize], splits: Splits, sourceDigest: String,
    notes: [String] = []
  ) {
    self.name = name
    self.imageSize = imageSize
    self.names = names
    self.pixels = pixels
    self.hasLabel = hasLabel
    self.originalSizes = originalSizes
    self.splits = splits
    self.sourceDigest = sourceDigest
    self.notes = notes
  }
}
