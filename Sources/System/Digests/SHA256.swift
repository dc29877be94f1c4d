/// SHA-256 of a stream of bytes. Source: FIPS 180-4, sections 4.1.2, 5.1.1 and 6.2.
public struct SHA256: Sendable {
  /// H(i), the eight working words.
  private var state: SIMD8<UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// Bytes that do not yet make a block of 64.
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  public init() {}

  /// Appends bytes to the message.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount += UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let head = rest.prefix(64 - pending.count)
      pending += head
      rest = rest.dropFirst(head.count)
      guard pending.count == 64 else { return }
      pending.withUnsafeBytes { state = SHA256.compress($0, from: state) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count - rest.count % 64
    if whole > 0 {
      state = SHA256.compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), from: state)
    }
    pending += rest.dropFirst(whole)
  }

  /// Appends bytes to the message.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Appends the UTF-8 bytes of a text.
  public mutating func update(_ text: String) {
    update(Array(text.utf8))
  }

  /// The digest of everything appended, 32 bytes.
  public consuming func finalizeBytes() -> [UInt8] {
    let bits = byteCount &* 8
    let zeros = (119 - pending.count) % 64
    update([0x80] + [UInt8](repeating: 0, count: zeros))
    update((0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) })
    return (0..<32).map { UInt8(truncatingIfNeeded: state[$0 / 4] >> (24 - 8 * UInt32($0 % 4))) }
  }

  /// The digest of everything appended, 64 lower-case hexadecimal digits.
  public consuming func finalize() -> String {
    let digits = Array("0123456789abcdef".utf8)
    let hex = finalizeBytes().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: hex, as: UTF8.self)
  }

  /// Works whole blocks into the state.
  private static func compress(
    _ blocks: UnsafeRawBufferPointer, from start: SIMD8<UInt32>
  ) -> SIMD8<UInt32> {
    var state = start
    constants.withUnsafeBufferPointer { constants in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
        for block in stride(from: 0, to: blocks.count, by: 64) {
          expand(blocks, at: block, into: words)
          state &+= rounds(words, constants, from: state)
        }
      }
    }
    return state
  }

  /// The message schedule W of one block.
  private static func expand(
    _ blocks: UnsafeRawBufferPointer, at block: Int,
    into words: UnsafeMutableBufferPointer<UInt32>
  ) {
    for i in 0..<16 {
      let word = blocks.loadUnaligned(fromByteOffset: block + 4 * i, as: UInt32.self)
      words[i] = UInt32(bigEndian: word)
    }
    for i in 16..<64 {
      words[i] =
        words[i &- 16] &+ smallSigma(words[i &- 15], 7, 18, 3) &+ words[i &- 7]
        &+ smallSigma(words[i &- 2], 17, 19, 10)
    }
  }

  private static func rounds(
    _ words: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>,
    from state: SIMD8<UInt32>
  ) -> SIMD8<UInt32> {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    // Eight rounds at a time, so that the words change their roles and not their places.
    for i in stride(from: 0, to: 64, by: 8) {
      round(a, b, c, &d, e, f, g, &h, constants[i] &+ words[i])
      round(h, a, b, &c, d, e, f, &g, constants[i &+ 1] &+ words[i &+ 1])
      round(g, h, a, &b, c, d, e, &f, constants[i &+ 2] &+ words[i &+ 2])
      round(f, g, h, &a, b, c, d, &e, constants[i &+ 3] &+ words[i &+ 3])
      round(e, f, g, &h, a, b, c, &d, constants[i &+ 4] &+ words[i &+ 4])
      round(d, e, f, &g, h, a, b, &c, constants[i &+ 5] &+ words[i &+ 5])
      round(c, d, e, &f, g, h, a, &b, constants[i &+ 6] &+ words[i &+ 6])
      round(b, c, d, &e, f, g, h, &a, constants[i &+ 7] &+ words[i &+ 7])
    }
    return [a, b, c, d, e, f, g, h]
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ word: UInt32
  ) {
    let choice = (e & f) ^ (~e & g)
    let majority = (a & b) ^ (a & c) ^ (b & c)
    let first = h &+ bigSigma(e, 6, 11, 25) &+ choice &+ word
    d &+= first
    h = first &+ bigSigma(a, 2, 13, 22) &+ majority
  }

  private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 {
    (x &>> n) | (x &<< (32 &- n))
  }

  private static func bigSigma(_ x: UInt32, _ a: UInt32, _ b: UInt32, _ c: UInt32) -> UInt32 {
    rotate(x, a) ^ rotate(x, b) ^ rotate(x, c)
  }

  private static func smallSigma(_ x: UInt32, _ a: UInt32, _ b: UInt32, _ c: UInt32) -> UInt32 {
    rotate(x, a) ^ rotate(x, b) ^ (x &>> c)
  }

  /// K, the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
