import RandomNumbers

/// Which images a batch is made of: two endless streams, labeled and unlabeled, each a
/// concatenation of fresh permutations cut into blocks across their borders (DESIGN §3, Data).
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
  ///   - phase: each phase has streams of its own.
  /// - Throws: `DatasetError` when a block would hold an image twice or a stream is empty.
  public init(
    train: [Int], labeledRatio: Double, blockSize: Int, seed: UInt64, phase: Int,
    needsUnlabeled: Bool
  ) throws(DatasetError) {
    let count = Self.labeledCount(ratio: labeledRatio, of: train.count)
    labeled = Array(train[..<count])
    unlabeled = Array(train[count...])
    self.blockSize = blockSize
    self.seed = seed
    self.phase = phase
    let usable = min(labeled.count, needsUnlabeled ? unlabeled.count : .max)
    guard usable >= blockSize else {
      throw Self.tooFew(
        labeled: labeled.count, unlabeled: unlabeled.count, blockSize: blockSize, usable: usable)
    }
  }

  /// ⌊ratio · n⌋, safe against a product that rounds just below a whole number.
  public static func labeledCount(ratio: Double, of count: Int) -> Int {
    min(count, Int((ratio * Double(count) + 1e-9).rounded(.down)))
  }

  private static func tooFew(
    labeled: Int, unlabeled: Int, blockSize: Int, usable: Int
  ) -> DatasetError {
    let fits = usable / 2 * 4
    let advice =
      fits >= 4
      ? "use --batch-size \(fits) or another --labeled-ratio" : "use another --labeled-ratio"
    return DatasetError(
      .invalid, "train.txt",
      "the batch needs \(blockSize) labeled and \(blockSize) unlabeled images, but the train list "
        + "gives \(labeled) labeled and \(unlabeled) unlabeled ones; \(advice)")
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
