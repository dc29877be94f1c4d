/// Pixels of all images by their probability, those of lesions and the others: whole numbers, so that it does
/// not matter who counted what in which order.
public struct ProbabilityHistogram: Equatable, Sendable {
  /// Of a probability's 16 bits, 65535 is certainty.
  public static let levelCount = 65_536

  /// The background's pixels of each level, then those of lesions.
  public private(set) var counts: [Int64]

  public init() { counts = [Int64](repeating: 0, count: 2 * Self.levelCount) }

  /// - Parameter counts: as another had them; sums of several are one of all their images.
  public init(counts: [Int64]) {
    precondition(counts.count == 2 * Self.levelCount, "no histogram of probabilities")
    self.counts = counts
  }

  /// - Parameters:
  ///   - levels: of each pixel, the lesion's probability × 65535.
  ///   - label: not zero in the lesion.
  public mutating func add(levels: [UInt16], label: [UInt8]) {
    precondition(levels.count == label.count, "a map and a mask of different sizes")
    for (level, truth) in zip(levels, label) {
      counts[Int(level) + (truth == 0 ? 0 : Self.levelCount)] += 1
    }
  }

  func background(_ level: Int) -> Int64 { counts[level] }
  func lesion(_ level: Int) -> Int64 { counts[Self.levelCount + level] }
  var backgroundCount: Int64 { counts[..<Self.levelCount].reduce(0, +) }
  var lesionCount: Int64 { counts[Self.levelCount...].reduce(0, +) }
}
