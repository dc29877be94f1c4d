/// A quick 64-bit fingerprint of bytes, to tell accidental differences: each word is mixed in by a step
/// that can be undone, so that one changed bit always shows (FNV-1a over 64-bit words; Fowler, Noll, Vo,
/// IETF RFC 9923). It is no protection against somebody who wants two files to look alike: for that
/// there is `SHA256`.
public struct Fingerprint64: Sendable {
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  /// Appends bytes; a last word that is not whole is filled with zeros.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var value = value
    let whole = bytes.count / 8
    for index in 0..<whole {
      let word = bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
      value = Self.mix(value, word.littleEndian)
    }
    var rest: UInt64 = 0
    for byte in bytes[(8 * whole)...].reversed() { rest = rest << 8 | UInt64(byte) }
    if whole * 8 < bytes.count { value = Self.mix(value, rest) }
    self.value = Self.mix(value, UInt64(bytes.count))
  }

  /// Two rotations let the upper half of a word reach all bits of the product.
  @inline(__always)
  private static func mix(_ value: UInt64, _ word: UInt64) -> UInt64 {
    let product = (value ^ word) &* 0x0000_0100_0000_01B3
    return product ^ (product >> 32)
  }
}
