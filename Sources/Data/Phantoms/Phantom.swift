import Datasets
import Digests
import Files
import Imaging

/// The built-in data set of generated breast-ultrasound images, one lesion in each.
///
/// A function of its numbers and shifts: the same on every machine and with any number of threads.
/// Lesions cannot be found by brightness alone: fat lobules, vessels, shadows and the chest wall
/// are as dark.
public struct Phantom: Equatable, Sendable {
  /// Number of images.
  public let count: Int
  /// Side of every image in pixels.
  public let size: Int
  public let seed: UInt64
  /// Other scanners than the usual one, which images have in turn.
  public let shifts: [DomainShift]
  /// The part of each list that they have, from its end: the labels of training are those of its beginning.
  public let shiftedPart: Double

  /// The fewest images that give each of the three lists one and training two.
  public static let smallestCount = 4
  /// Sides in pixels that can be generated.
  public static let sizes = 32...2048

  /// - Throws: `FileError` when there are too few images for three lists, for a size that cannot be
  ///   generated, and for a part that is none.
  public init(
    count: Int, size: Int = 256, seed: UInt64, shifts: [DomainShift] = [], shiftedPart: Double = 0.5
  ) throws(FileError) {
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
    guard (0...1).contains(shiftedPart) else {
      throw FileError("phantom", "the shifted part must be in 0 … 1, not \(shiftedPart)")
    }
    self.count = count
    self.size = size
    self.seed = seed
    self.shifts = shifts
    self.shiftedPart = shiftedPart
  }

  /// A phantom data set in memory; see `init` for the errors.
  public static func generate(
    count: Int, size: Int = 256, seed: UInt64, threads: Int = 1
  ) throws(FileError) -> Dataset {
    try Phantom(count: count, size: size, seed: seed).dataset(threads: threads)
  }

  /// "phantom_0001.png" and so on; "phantom_0042_gain=-6.png" of an image with that shift.
  public var names: [String] {
    (1...count).map { number in
      let digits = String(number)
      return "phantom_" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
        + (shift(of: number - 1).map { "_\($0.text)" } ?? "") + ".png"
    }
  }

  /// Nil for images of the usual scanner, which come first in each list.
  private func shift(of index: Int) -> DomainShift? {
    guard !shifts.isEmpty, let list = lists.first(where: { $0.contains(index) }) else { return nil }
    let shifted = Int((shiftedPart * Double(list.count)).rounded())
    let turn = index - (list.upperBound - shifted)
    return turn < 0 ? nil : shifts[turn % shifts.count]
  }

  /// 70 % for training, 10 % for validation, 20 % for testing, at least one in each.
  public var splits: Dataset.Splits {
    let lists = lists.map { Array($0) }
    return Dataset.Splits(train: lists[0], validation: lists[1], test: lists[2])
  }

  /// Numbers of the images for training, validation and testing.
  private var lists: [Range<Int>] {
    let validation = max((count + 5) / 10, 1)
    let test = max((2 * count + 5) / 10, 1)
    let train = count - validation - test
    return [0..<train, train..<train + validation, train + validation..<count]
  }

  /// The image with this number, counted from 0.
  public func image(_ index: Int) -> MaskedImage {
    MaskedImage(phantom: index, size: size, seed: seed, shift: shift(of: index))
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
