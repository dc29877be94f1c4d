/// Random draws for one place in a run: (seed, purpose, iteration, slot). Two streams made with the
/// same four values draw the same numbers, on any rank and thread; nothing of it needs saving.
public struct RandomStream: Sendable {
  private let key: Philox.Key
  private let iteration: UInt32
  private let slot: UInt32
  private var draws: UInt32 = 0

  /// - Parameters:
  ///   - seed: the run's seed, all 64 bits of it.
  ///   - iteration: the step (or epoch) the draws belong to.
  ///   - slot: the place within it: batch slot, layer, image number.
  public init(seed: UInt64, purpose: RandomPurpose, iteration: Int = 0, slot: Int = 0) {
    key = RandomStream.key(seed: seed, purpose: purpose)
    self.iteration = UInt32(truncatingIfNeeded: iteration)
    self.slot = UInt32(truncatingIfNeeded: slot)
  }

  /// The Philox key of a seed and purpose: the purpose is mixed in by one Philox block, so that
  /// neighbouring seeds and purposes share nothing.
  public static func key(seed: UInt64, purpose: RandomPurpose) -> Philox.Key {
    let seedKey = Philox.Key(
      UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let words = Philox.words(Philox.Counter(purpose.rawValue, 0, 0, 0), key: seedKey)
    return Philox.Key(words[0], words[1])
  }

  /// 32 random bits.
  public mutating func nextWord() -> UInt32 {
    let block = Philox.words(
      Philox.Counter(draws >> 2, slot, iteration, 0), key: key)
    defer { draws &+= 1 }
    return block[Int(draws & 3)]
  }

  /// Uniform in [0, 1), 53 random bits.
  public mutating func uniform() -> Double {
    let high = UInt64(nextWord())
    let low = UInt64(nextWord())
    return Double((high << 21) ^ (low >> 11)) * 0x1p-53
  }

  /// Uniform in [range.lowerBound, range.upperBound).
  public mutating func uniform(in range: Range<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// Uniform in 0..<bound without bias (rejection).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "bound out of range")
    let size = UInt32(bound)
    let limit = UInt32.max - (UInt32.max % size + 1) % size
    while true {
      let word = nextWord()
      if word <= limit { return Int(word % size) }
    }
  }

  /// Uniform over a range of integers.
  public mutating func integer(in range: Range<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// True with the given probability.
  public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// A uniformly random order of 0..<count (Fisher-Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    var remaining = count
    while remaining > 1 {
      let other = integer(below: remaining)
      remaining -= 1
      order.swapAt(remaining, other)
    }
    return order
  }
}
