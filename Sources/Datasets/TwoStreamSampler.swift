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
  ///   - blockSize: labeled images in a batch, and unlabeled ones where these are needed.
  ///   - batchSize: all images of a batch, for the message; twice the block by default.
  ///   - phase: each phase has streams of its own.
  /// - Throws: `DatasetError` when a stream has fewer images than a block. A block across a border
  ///   may still hold an image of the old order and the new one.
  public init(
    train: [Int], labeledRatio: Double, blockSize: Int, batchSize: Int? = nil, seed: UInt64,
    phase: Int, needsUnlabeled: Bool
  ) throws(DatasetError) {
    let count = Self.labeledCount(ratio: labeledRatio, of: train.count)
    labeled = Array(train[..<count])
    unlabeled = Array(train[count...])
    self.blockSize = blockSize
    self.seed = seed
    self.phase = phase
    guard labeled.count < blockSize || needsUnlabeled && unlabeled.count < blockSize else { return }
    let shortage = Shortage(
      labeled: labeled.count, unlabeled: unlabeled.count, needsUnlabeled: needsUnlabeled,
      ratio: labeledRatio, blockSize: blockSize, batchSize: batchSize ?? 2 * blockSize)
    throw DatasetError(.invalid, "train.txt", shortage.message)
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

/// Too few images for a batch, and which options would do.
private struct Shortage {
  var labeled: Int
  var unlabeled: Int
  var needsUnlabeled: Bool
  var ratio: Double
  var blockSize: Int
  var batchSize: Int

  var message: String {
    let needs =
      needsUnlabeled ? "\(blockSize) labeled and \(blockSize) unlabeled" : "\(blockSize) labeled"
    let gives = needsUnlabeled ? "\(labeled) and \(unlabeled)" : "\(labeled)"
    let remedies = [smallerBatch, otherRatio].compactMap { $0 }
    let advice =
      remedies.isEmpty ? "add images to the list" : "use " + remedies.joined(separator: " or ")
    return
      "a batch of \(batchSize) needs \(needs) images, but --labeled-ratio \(ratio) of the"
      + " \(labeled + unlabeled) in the list gives \(gives); \(advice)"
  }

  private var smallerBatch: String? {
    let usable = min(labeled, needsUnlabeled ? unlabeled : labeled)
    let fitting = usable * (batchSize / blockSize) / 4 * 4
    return fitting >= 4 ? "--batch-size \(fitting)" : nil
  }

  /// The ratio in whole percents nearest to the one given that leaves enough of both kinds.
  private var otherRatio: String? {
    let all = labeled + unlabeled
    let fitting = (1...100).filter { percent in
      let count = percent * all / 100
      return count >= blockSize && (!needsUnlabeled || all - count >= blockSize)
    }
    let nearest = fitting.min { abs(Double($0) - 100 * ratio) < abs(Double($1) - 100 * ratio) }
    return nearest.map { "--labeled-ratio \(Double($0) / 100)" }
  }
}
