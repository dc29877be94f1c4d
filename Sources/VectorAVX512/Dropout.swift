import VectorInterface

/// Full products of 32-bit words with a constant, as high and low words.
@inline(__always)
private func product(_ words: Words, _ factor: UInt32) -> (high: Words, low: Words) {
  let pairs = unsafeBitCast(words, to: WordPairs.self)
  let lowHalf = WordPairs(repeating: 0xFFFF_FFFF)
  let factors = WordPairs(repeating: UInt64(factor))
  let even = (pairs & lowHalf) &* factors
  let odd = (pairs &>> 32) &* factors
  let low = (even & lowHalf) | (odd &<< 32)
  let high = (even &>> 32) | (odd & ~lowHalf)
  return (unsafeBitCast(high, to: Words.self), unsafeBitCast(low, to: Words.self))
}

/// Philox 4×32-10, one counter a lane (`RandomNumbers.Philox` is the scalar form of it).
@inline(__always)
private func philox(
  _ c0: Words, _ c1: Words, _ c2: Words, _ c3: Words, key: SIMD2<UInt32>
) -> (Words, Words, Words, Words) {
  var c0 = c0
  var c1 = c1
  var c2 = c2
  var c3 = c3
  var k0 = key.x
  var k1 = key.y
  for _ in 0..<10 {
    let first = product(c0, 0xD251_1F53)
    let second = product(c2, 0xCD9E_8D57)
    c0 = second.high ^ c1 ^ Words(repeating: k0)
    c1 = second.low
    c2 = first.high ^ c3 ^ Words(repeating: k1)
    c3 = first.low
    k0 &+= 0x9E37_79B9
    k1 &+= 0xBB67_AE85
  }
  return (c0, c1, c2, c3)
}

/// The kept factors (0 or 1/(1-p)) of 8 neighbouring pixels of one channel block. One Philox block
/// a channel gives eight 16-bit numbers, so masks do not depend on the number of lanes.
struct KeptFactors {
  private let words: (Words, Words, Words, Words)
  private let threshold: Words
  private let scale: Vector

  @inline(__always)
  init(_ pattern: DropoutPattern, block: Int, pixelGroup: Int) {
    var lane = Words.zero
    for index in 0..<Words.scalarCount { lane[index] = UInt32(index) }
    let channel = lane &+ Words(repeating: UInt32(block * Words.scalarCount))
    words = philox(
      Words(repeating: UInt32(pixelGroup)), channel | Words(repeating: pattern.layer << 16),
      Words(repeating: pattern.sample), Words(repeating: pattern.iteration), key: pattern.key)
    threshold = Words(repeating: pattern.threshold)
    scale = Vector(repeating: pattern.keptScale)
  }

  /// - Parameter pixel: 0…7 within the group.
  @inline(__always)
  subscript(pixel: Int) -> Vector {
    let word: Words
    switch pixel >> 1 {
    case 0: word = words.0
    case 1: word = words.1
    case 2: word = words.2
    default: word = words.3
    }
    let bits = pixel & 1 == 0 ? word & Words(repeating: 0xFFFF) : word &>> 16
    return scale.replacing(with: 0, where: bits .< threshold)
  }
}
