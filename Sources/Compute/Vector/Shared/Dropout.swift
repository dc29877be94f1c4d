import VectorInterface

/// Full products of 32-bit words with a constant, as high and low words.
@inline(__always)
private func product(_ words: Words, _ factor: UInt32) -> (high: Words, low: Words) {
  let pairs = unsafeBitCast(words, to: WordPairs.self)
  let lowHalf = WordPairs(repeating: 0xFFFF_FFFF)
  let factors = WordPairs(repeating: UInt64(factor))
  let even = (pairs & lowHalf) &* factors
  let odd = (pairs &>> 32) &* factors
  let high = (even &>> 32) | (odd & ~lowHalf)
  return (unsafeBitCast(high, to: Words.self), words &* Words(repeating: factor))
}

/// The four words of a Philox counter, one counter a lane.
private struct PhiloxState {
  var c0: Words
  var c1: Words
  var c2: Words
  var c3: Words

  @inline(__always)
  mutating func round(_ k0: Words, _ k1: Words) {
    let first = product(c0, 0xD251_1F53)
    let second = product(c2, 0xCD9E_8D57)
    c0 = second.high ^ c1 ^ k0
    c1 = second.low
    c2 = first.high ^ c3 ^ k1
    c3 = first.low
  }

  /// Philox 4×32-10 (`RandomNumbers.Philox` is the scalar form of it) on two counters at once: one
  /// alone waits for its multiplications.
  @inline(__always)
  static func run(_ first: inout PhiloxState, _ second: inout PhiloxState, key: SIMD2<UInt32>) {
    var k0 = key.x
    var k1 = key.y
    for _ in 0..<10 {
      let (w0, w1) = (Words(repeating: k0), Words(repeating: k1))
      first.round(w0, w1)
      second.round(w0, w1)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
  }
}

/// The kept factors (0 or 1/(1-p)) of 8 neighbouring pixels of one channel block. One Philox block
/// a channel gives eight 16-bit numbers, so masks do not depend on the number of lanes.
struct KeptFactors {
  private let words: PhiloxState
  private let threshold: Words
  private let scale: Vector

  /// Those of two neighbouring groups of 8 pixels.
  @inline(__always)
  static func pair(
    _ pattern: DropoutPattern, block: Int, pixelGroup: Int
  ) -> (KeptFactors, KeptFactors) {
    var lane = Words.zero
    for index in 0..<Words.scalarCount { lane[index] = UInt32(index) }
    let channel = lane &+ Words(repeating: UInt32(block * Words.scalarCount))
    var first = PhiloxState(
      c0: Words(repeating: UInt32(pixelGroup)),
      c1: channel | Words(repeating: pattern.layer << 16),
      c2: Words(repeating: pattern.sample), c3: Words(repeating: pattern.iteration))
    var second = first
    second.c0 = Words(repeating: UInt32(pixelGroup + 1))
    PhiloxState.run(&first, &second, key: pattern.key)
    return (KeptFactors(first, pattern), KeptFactors(second, pattern))
  }

  @inline(__always)
  private init(_ words: PhiloxState, _ pattern: DropoutPattern) {
    self.words = words
    threshold = Words(repeating: pattern.threshold)
    scale = Vector(repeating: pattern.keptScale)
  }

  /// - Parameter pixel: 0…7 within the group.
  @inline(__always)
  subscript(pixel: Int) -> Vector {
    let word: Words
    switch pixel >> 1 {
    case 0: word = words.c0
    case 1: word = words.c1
    case 2: word = words.c2
    default: word = words.c3
    }
    let bits = pixel & 1 == 0 ? word & Words(repeating: 0xFFFF) : word &>> 16
    return scale.replacing(with: 0, where: bits .< threshold)
  }
}
