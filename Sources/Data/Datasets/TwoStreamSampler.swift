import Files
import RandomNumbers

/// Which images a batch is made of: two endless streams, labeled and unlabeled, each a
/// concatenation of fresh permutations cut into blocks across their borders ("The method", data).
///
/// A function of seed, phase and iteration; nothing of it is carried from step to step.
public struct TwoStreamSampler: Sendable {
  /// Positions in the data set that each stream runs over.
  public let labeled: [Int]
  public let unlabeled: [Int]
  /// Images of each stream in a batch.
  public let blockSize: Int
  private let seed: UInt64
  private let phase: Int

  /// - Parameters:
  ///   - train: the train list; its first ⌊ratio · n⌋ images are the labeled ones.
  ///   - blockSize: labeled images in a batch, and unlabeled ones where these are needed.
  ///   - phase: each phase has streams of its own.
  /// - Throws: `FileError` when a stream that is needed has no image. With fewer images than a block,
  ///   or in a block across a border, an image stands twice in a batch.
  public init(
    train: [Int], labeledRatio: Double, blockSize: Int, seed: UInt64, phase: Int,
    needsUnlabeled: Bool
  ) throws(FileError) {
    let count = Self.labeledCount(ratio: labeledRatio, of: train.count)
    labeled = Array(train[..<count])
    unlabeled = Array(train[count...])
    self.blockSize = blockSize
    self.seed = seed
    self.phase = phase
    guard labeled.isEmpty || needsUnlabeled && unlabeled.isEmpty else { return }
    throw FileError(
      "train.txt",
      Self.shortage(labeled: labeled.count, of: train.count, ratio: labeledRatio))
  }

  /// Streams with fewer images than a batch has places, as a sentence each.
  ///
  /// - Parameter needsUnlabeled: whether the unlabeled images are used at all.
  public func repetitions(needsUnlabeled: Bool) -> [String] {
    let streams =
      [("labeled", labeled.count)] + (needsUnlabeled ? [("unlabeled", unlabeled.count)] : [])
    return streams.filter { $0.1 < blockSize }.map { name, count in
      "a batch has \(blockSize) places for \(name) images and there \(count == 1 ? "is" : "are") "
        + "\(count): an image may stand in it more than once, varied anew each time"
    }
  }

  /// Why a stream is empty, and which ratio fills both.
  private static func shortage(labeled: Int, of count: Int, ratio: Double) -> String {
    let kind = labeled == 0 ? "labeled" : "unlabeled"
    let gives = "--labeled-ratio \(ratio) of the \(count) images in the list leaves no \(kind) one"
    let fitting = (1...100).filter { percent in
      (1..<count).contains(labeledCount(ratio: Double(percent) / 100, of: count))
    }
    let nearest = fitting.min { abs(Double($0) - 100 * ratio) < abs(Double($1) - 100 * ratio) }
    guard let nearest else { return gives + "; add images to the list" }
    let other = labeled == 0 ? "" : ", or --method supervised, which needs no unlabeled images"
    return gives + "; use --labeled-ratio \(Double(nearest) / 100)" + other
  }

  /// ⌊ratio · n⌋, safe against a product that rounds just below a whole number.
  public static func labeledCount(ratio: Double, of count: Int) -> Int {
    min(count, Int((ratio * Double(count) + 1e-9).rounded(.down)))
  }

  /// Positions of the labeled images of one iteration, `blockSize` of them, slot by slot.
  public func labeledBlock(iteration: Int) -> [Int] {
    block(of: labeled, purpose: .labeledOrder, iteration: iteration)
  }

  /// Positions of the unlabeled images of one iteration.
  public func unlabeledBlock(iteration: Int) -> [Int] {
    block(of: unlabeled, purpose: .unlabeledOrder, iteration: iteration)
  }

  private func block(of images: [Int], purpose: RandomPurpose, iteration: Int) -> [Int] {
    guard !images.isEmpty else { return [] }
    let start = iteration * blockSize
    var result: [Int] = []
    var epoch = start / images.count
    var place = start % images.count
    while result.count < blockSize {
      var stream = RandomStream(seed: seed, purpose: purpose, iteration: epoch, slot: phase)
      let order = stream.permutation(images.count)
      for position in order[place...].prefix(blockSize - result.count) {
        result.append(images[position])
      }
      epoch += 1
      place = 0
    }
    return result
  }
}
