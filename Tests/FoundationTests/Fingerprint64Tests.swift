import Digests
import Testing

@Suite struct Fingerprint64Tests {
  private func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    var fingerprint = Fingerprint64()
    bytes.withUnsafeBytes { fingerprint.update($0) }
    return fingerprint.value
  }

  /// No flipped bit stays unseen, wherever it is.
  @Test(arguments: [1, 7, 8, 9, 64, 1000]) func everyBitShows(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ 11) }
    var seen: Set = [fingerprint(bytes)]
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        #expect(seen.insert(fingerprint(flipped)).inserted, "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test func lengthsAndOrderCount() {
    #expect(fingerprint([]) != fingerprint([0]))
    #expect(fingerprint([0]) != fingerprint([0, 0]))
    #expect(fingerprint([1] + [UInt8](repeating: 0, count: 15)) != fingerprint([1]))
    #expect(
      fingerprint((0..<16).map { UInt8($0) })
        != fingerprint((8..<16).map { UInt8($0) } + [0, 1, 2]))
  }

  /// Ranks compare them, and some day processes of another byte order.
  @Test func bitsArePinned() {
    #expect(fingerprint(Array("switch-dist".utf8)) == 0xF0F3_8E3A_130F_2556)
    #expect(fingerprint((0..<256).map { UInt8($0) }) == 0x8FE3_5013_BF26_0A69)
  }
}
