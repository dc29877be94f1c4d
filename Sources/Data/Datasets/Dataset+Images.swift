import Digests
import Files
import Imaging

// Each of these reads the pixels where they are in a file.
extension Dataset {
  /// The image at a position of `names`, at the data set's size.
  public func image(_ position: Int) throws(FileError) -> GrayImage {
    plane(try pixels.pixels(.image, of: position))
  }

  /// Its mask, 0 and 1.
  public func mask(_ position: Int) throws(FileError) -> GrayImage {
    plane(try pixels.pixels(.mask, of: position))
  }

  /// Pixels [imageSize, imageSize] as an image.
  public func plane(_ pixels: [UInt8]) -> GrayImage {
    GrayImage(width: imageSize, height: imageSize, pixels: pixels)
  }

  /// SHA-256 (hexadecimal) over what training sees: names, lists, which images have masks, and every
  /// pixel of images and masks at this size. The same for a folder and its conversion; unlike
  /// `sourceDigest`, which a file only claims to have, it is that of the pixels: computed from them where
  /// they are in memory, and where they are not, stored with them, each of which is compared with a digest
  /// of its own when it is read.
  public func contentDigest() throws(FileError) -> String {
    if case .file(let file) = pixels { return digest(file.contentDigest) }
    return digest(try computedContentDigest())
  }

  /// The same, from all pixels, with the data set's own lists.
  func computedContentDigest() throws(FileError) -> String {
    var hash = PixelHash(self)
    for plane in PixelStore.Plane.allCases {
      for position in names.indices { hash.update(try pixels.pixels(plane, of: position)) }
    }
    return hash.finalize()
  }
}

/// Makes a content digest of pixels as they come: all images, then all masks.
struct PixelHash: ~Copyable {
  private var hash = SHA256()

  init(_ dataset: Dataset) {
    self.init(
      imageSize: dataset.imageSize, names: dataset.names, hasLabel: dataset.hasLabel,
      splits: dataset.ownSplits ?? dataset.splits)
  }

  init(imageSize: Int, names: [String], hasLabel: [Bool], splits: Dataset.Splits) {
    let lists = DatasetDigest.ofLists(names: names, hasLabel: hasLabel, splits: splits)
    hash.update("\(imageSize)\n\(lists)\n")
  }

  mutating func update(_ pixels: [UInt8]) { hash.update(pixels) }

  consuming func finalize() -> String { hash.finalize() }
}
