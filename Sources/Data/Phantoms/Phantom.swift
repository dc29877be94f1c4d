import Datasets
import Digests
import Files
import Imaging

/// The built-in data set of generated breast-ultrasound images, one lesion in each.
///
/// A function of its three numbers: the same on every machine and with any number of threads.
/// Lesions cannot be found by brightness alone: fat lobules, vessels, shadows and the chest wall
/// are as dark.
public struct Phantom: Equatable, Sendable {
  /// Number of images.
  public let count: Int
  /// Side of every image in pixels.
  public let size: Int
  public let seed: UInt64

  /// The fewest images that give each of the three lists one and training two.
  public static let smallestCount = 4
  /// Sides in pixels that can be generated.
  public static let sizes = 32...2048

  /// - Throws: `FileError` when there are too few images for three lists, or for a size that
  ///   cannot be generated.
  public init(count: Int, size: Int = 256, seed: UInt64) throws(FileError) {
    guard count >= Self.smallestCount else {
      throw FileError(
        "phantom",
        "\(count) images are too few for train, val and test; ask for at least"
          + " \(Self.smallestCount)")
    }
    guard count <= 1_000_000 else {
      throw FileError("phantom", "\(count) images are more than 1000000")
    }
    guard Self.sizes.contains(size) else {
      throw FileError(
        "phantom",
        "images of \(size) pixels cannot be generated; ask for"
          + " \(Self.sizes.lowerBound) to \(Self.sizes.upperBound)")
    }
    self.count = count
    self.size = size
    self.seed = seed
  }

  /// A phantom data set in memory; see `init` for the errors.
  public static func generate(
    count: Int, size: Int = 256, seed: UInt64, threads: Int = 1
  ) throws(FileError) -> Dataset {
    try Phantom(count: count, size: size, seed: seed).dataset(threads: threads)
  }

  /// "phantom_0001.png" and so on.
  public var names: [String] {
    (1...count).map { number in
      let digits = String(number)
      return "phantom_" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
        + ".png"
    }
  }

  /// 70 % for training, 10 % for validation, 20 % for testing, at least one in each.
  public var splits: Dataset.Splits {
    let validation = max((count + 5) / 10, 1)
    let test = max((2 * count + 5) / 10, 1)
    let train = count - validation - test
    return Dataset.Splits(
      train: Array(0..<train), validation: Array(train..<train + validation),
      test: Array(train + validation..<count))
  }

  /// The image with this number, counted from 0.
  public func image(_ index: Int) -> MaskedImage {
    MaskedImage(phantom: index, size: size, seed: seed)
  }

  /// The cases at these positions, generated on several threads; they are what `load` gives for the
  /// folder that `writeFolder` writes.
  public func cases(
    _ range: Range<Int>, threads: Int = 1
  ) throws(FileError) -> [LoadedCase] {
    var cases: [LoadedCase] = []
    cases.reserveCapacity(range.count)
    try OrderedWork.run(range, threads: threads) { index throws(FileError) in
      try encodedCase(index).loaded
    } use: { _, one in
      cases.append(one)
    }
    return cases
  }

  /// All images with their masks.
  public func dataset(threads: Int = 1) throws(FileError) -> Dataset {
    var all = CaseTable(count: count, side: size)
    try all.fill(0..<count) { range throws(FileError) in try cases(range, threads: threads) }
    return assemble(all)
  }

  /// Makes a data set of all cases, in order, whoever generated them.
  public func assemble(_ cases: CaseTable) -> Dataset {
    Dataset(
      name: "phantom", imageSize: size, names: names, pixels: .memory(cases.pixels),
      hasLabel: cases.facts.map(\.hasLabel), originalSizes: cases.facts.map(\.originalSize),
      splits: splits, sourceDigest: digest(cases.facts.map(\.sourceDigest)))
  }

  func digest(_ caseDigests: [String]) -> String {
    DatasetDigest.ofDataset(names: names, splits: splits, caseDigests: caseDigests)
  }
}

extension Phantom {
  /// A case with the PNG files it is written as.
  struct EncodedCase: Sendable {
    var loaded: LoadedCase
    var imageFile: [UInt8]
    var maskFile: [UInt8]
  }

  func encodedCase(_ index: Int) throws(FileError) -> EncodedCase {
    let pair = image(index)
    let imageFile = try pair.image.encoded(as: "phantom")
    let maskFile = try pair.mask.visibleMask.encoded(as: "phantom")
    let loaded = LoadedCase(
      pair, hasLabel: true,
      originalSize: Dataset.PixelSize(width: size, height: size),
      sourceDigest: DatasetDigest.ofCase(image: imageFile, masks: [maskFile]))
    return EncodedCase(loaded: loaded, imageFile: imageFile, maskFile: maskFile)
  }
}
