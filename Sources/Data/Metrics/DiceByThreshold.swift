/// Mean Dice at every threshold of the probability, of images that may be added in any order: each one's Dice is
/// rounded once to a multiple of 2⁻⁴⁰, and these are summed as whole numbers.
public struct DiceByThreshold: Equatable, Sendable {
  /// By level of the threshold; of the first, which no threshold is, 0.
  public private(set) var sums: [Int64]

  private static let unit = Double(Int64(1) << 40)

  public init() { sums = [Int64](repeating: 0, count: ProbabilityHistogram.levelCount) }

  /// - Parameter sums: as another had them; sums of several are those of all their images.
  public init(sums: [Int64]) {
    precondition(sums.count == ProbabilityHistogram.levelCount, "no sums for thresholds")
    self.sums = sums
  }

  /// Of one image.
  ///
  /// - Parameters:
  ///   - levels: of each pixel, the lesion's probability × 65535.
  ///   - label: not zero in the lesion.
  public init(levels: [UInt16], label: [UInt8]) {
    self.init()
    var histogram = ProbabilityHistogram()
    histogram.add(levels: levels, label: label)
    let area = label.count { $0 != 0 }
    var (both, predicted) = (Int64(0), Int64(0))
    for level in (1..<ProbabilityHistogram.levelCount).reversed() {
      both += histogram.lesion(level)
      predicted += histogram.lesion(level) + histogram.background(level)
      // As everywhere, 0 where both masks are empty.
      guard both > 0 else { continue }
      let dice = 2 * Double(both) / Double(predicted + Int64(area))
      sums[level] = Int64((dice * Self.unit).rounded())
    }
  }

  public mutating func add(_ other: DiceByThreshold) {
    for level in sums.indices { sums[level] += other.sums[level] }
  }

  /// The threshold of the largest mean; of several, the one nearest to one half, of two as near the lower.
  public var best: ProbabilityThreshold {
    let half = ProbabilityThreshold.half.level
    let best = (1..<sums.count).max { first, second in
      let (near, far) = (abs(first - half), abs(second - half))
      return (sums[first], -near, -first) < (sums[second], -far, -second)
    }
    return ProbabilityThreshold(level: best ?? half)
  }

  /// - Parameter count: images that were added.
  public func mean(at threshold: ProbabilityThreshold, count: Int) -> Double {
    Double(sums[threshold.level]) / Self.unit / Double(max(count, 1))
  }
}
