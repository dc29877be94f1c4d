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

extension StoredMapKernels {
  public static func dropoutByteCount(pixels: Int, blocks: Int) -> Int {
    (pixels + 7) / 8 * blocks * lanes
  }

  public static func drawDropout(
    _ pattern: DropoutPattern, pixels: Int, blocks: Int, into bits: UnsafeMutablePointer<UInt8>
  ) {
    let groups = (pixels + 7) / 8
    for block in 0..<blocks {
      for part in 0..<vectorsPerBlock {
        let channel = block * lanes + part * vectorLanes
        let target = bits + block * groups * lanes + part * vectorLanes
        for group in stride(from: 0, to: groups, by: 2) {
          let states = PhiloxState.pair(pattern, channel: channel, group: group)
          states.0.storeKept(threshold: pattern.threshold, target + group * lanes)
          if group + 1 < groups {
            states.1.storeKept(threshold: pattern.threshold, target + (group + 1) * lanes)
          }
        }
      }
    }
  }
}

extension PhiloxState {
  /// The numbers of two neighbouring groups of 8 pixels for a register of channels: eight of 16 bits
  /// for each channel, one a pixel.
  @inline(__always)
  fileprivate static func pair(
    _ pattern: DropoutPattern, channel: Int, group: Int
  ) -> (PhiloxState, PhiloxState) {
    var channels = Words.zero
    for lane in 0..<vectorLanes { channels[lane] = UInt32(channel + lane) }
    var first = PhiloxState(
      c0: Words(repeating: UInt32(group)), c1: channels | Words(repeating: pattern.layer << 16),
      c2: Words(repeating: pattern.sample), c3: Words(repeating: pattern.iteration))
    var second = first
    second.c0 = Words(repeating: UInt32(group + 1))
    run(&first, &second, key: pattern.key)
    return (first, second)
  }

  /// Writes a byte for each channel, with a bit for each of the 8 pixels that is kept.
  @inline(__always)
  fileprivate func storeKept(threshold: UInt32, _ target: UnsafeMutablePointer<UInt8>) {
    let dropped =
      below(c0, threshold) | below(c1, threshold) &<< 2 | below(c2, threshold) &<< 4
      | below(c3, threshold) &<< 6
    let kept = ~dropped
    for lane in 0..<vectorLanes { target[lane] = UInt8(truncatingIfNeeded: kept[lane]) }
  }

  /// Bits 0 and 1: whether the lower and the upper half of a word are below the threshold, by the sign
  /// of the difference.
  @inline(__always)
  private func below(_ word: Words, _ threshold: UInt32) -> Words {
    let limit = Words(repeating: threshold)
    return ((word & 0xFFFF) &- limit) &>> 31 | (((word &>> 16) &- limit) &>> 31) &<< 1
  }
}

/// The factors, 0 or 1/(1 − p), of 8 neighbouring pixels of a block.
struct KeptFactors {
  private let bits: SIMD16<Int32>
  private let scale: SIMD16<Int32>

  /// - Parameter group: of 8 pixels.
  @inline(__always)
  init(_ dropout: KeptActivations, block: Int, group: Int, groups: Int) {
    let bytes = UnsafeRawPointer(dropout.bits + (block * groups + group) * lanes)
      .loadUnaligned(as: SIMD16<UInt8>.self)
    var words = SIMD16<Int32>.zero
    for lane in 0..<lanes { words[lane] = Int32(bytes[lane]) }
    bits = words
    scale = SIMD16(repeating: Int32(bitPattern: dropout.scale.bitPattern))
  }

  /// - Parameter pixel: 0…7 within the group. Its bit becomes a sign, and the sign a mask.
  @inline(__always)
  func of(_ pixel: Int) -> Block {
    let mask = (bits &<< Int32(31 - pixel)) &>> 31
    return unsafeBitCast(mask & scale, to: Block.self)
  }
}
