/// Which images are the same or look the same, found without comparing each with each.
struct SimilarImages {
  /// Positions of images with the same pixels, two or more each, in rising order.
  private(set) var identical: [[Int]] = []
  /// Positions of images that look the same; of those with the same pixels only the first is in it.
  private(set) var similar: [[Int]] = []

  /// - Parameter appearances: nil for images that are not to be compared.
  init(_ appearances: [Appearance?]) {
    let known = appearances.indices.compactMap { position in
      appearances[position].map { (position: position, appearance: $0) }
    }
    var first: [Exact: Int] = [:]
    var groups: [[Int]] = []
    for (index, one) in known.enumerated() {
      let key = Exact(fingerprint: one.appearance.fingerprint, hash: one.appearance.hash)
      if let group = first[key] {
        groups[group].append(index)
      } else {
        first[key] = groups.count
        groups.append([index])
      }
    }
    identical = groups.filter { $0.count > 1 }.map { $0.map { known[$0].position } }
    let different = groups.map { known[$0[0]] }
    similar = Self.groups(different.map(\.appearance)).map { $0.map { different[$0].position } }
  }

  private struct Exact: Hashable {
    var fingerprint: UInt64
    var hash: UInt64
  }

  /// Groups whose members are linked by pairs that look the same.
  ///
  /// Two hashes that differ in ten bits at most differ in two at most in one of their four quarters
  /// ("multi-index hashing", Norouzi et al., CVPR 2012): images with such a quarter are looked up.
  private static func groups(_ appearances: [Appearance]) -> [[Int]] {
    var sets = DisjointSets(count: appearances.count)
    let flips = Self.flips
    let least = Appearance.leastCorrelation(among: appearances.count)
    for quarter in 0..<4 {
      let index = HashIndex(appearances.map { Self.word(quarter, of: $0.hash) })
      for (one, appearance) in appearances.enumerated() {
        let word = Self.word(quarter, of: appearance.hash)
        for flip in flips {
          for other in index.positions(of: word ^ flip) where other < one {
            guard
              (appearance.hash ^ appearances[other].hash).nonzeroBitCount
                <= Appearance.hashDistance, !sets.areJoined(one, other),
              appearance.correlation(with: appearances[other]) >= least
            else { continue }
            sets.join(one, other)
          }
        }
      }
    }
    return sets.groups
  }

  private static func word(_ quarter: Int, of hash: UInt64) -> UInt16 {
    UInt16(truncatingIfNeeded: hash >> (16 * UInt64(quarter)))
  }

  /// All words with two bits set at most.
  private static let flips: [UInt16] =
    [0] + (0..<16).flatMap { a in [1 << a] + (0..<a).map { b in 1 << a | 1 << b } }
}

/// Positions by a word of 16 bits.
private struct HashIndex {
  /// Where the positions of each word begin; one more at the end.
  private var starts = [Int](repeating: 0, count: 1 << 16 + 1)
  private var ordered: [Int]

  init(_ words: [UInt16]) {
    ordered = [Int](repeating: 0, count: words.count)
    for word in words { starts[Int(word) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var next = starts
    for (position, word) in words.enumerated() {
      ordered[next[Int(word)]] = position
      next[Int(word)] += 1
    }
  }

  func positions(of word: UInt16) -> ArraySlice<Int> {
    ordered[starts[Int(word)]..<starts[Int(word) + 1]]
  }
}
