/// A way to damage a file, drawn from a seed.
struct Damage: CustomStringConvertible {
  enum Kind: String, CaseIterable {
    case flippedBit, zeroedPage, truncation
  }

  let kind: Kind
  let range: Range<Int>
  let mask: UInt8

  /// - Parameter size: bytes of the file.
  init(_ kind: Kind, of size: Int, using generator: inout SplitMix64) {
    self.kind = kind
    mask = 1 << UInt8.random(in: 0..<8, using: &generator)
    let place = Int.random(in: 0..<size, using: &generator)
    switch kind {
    case .flippedBit: range = place..<(place + 1)
    case .truncation: range = place..<size
    case .zeroedPage:
      let length = [512, 4096, 65_536].randomElement(using: &generator) ?? 4096
      let start = place / length * length
      range = start..<min(start + length, size)
    }
  }

  func applied(to bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    switch kind {
    case .flippedBit: bytes[range.lowerBound] ^= mask
    case .zeroedPage: bytes.replaceSubrange(range, with: repeatElement(0, count: range.count))
    case .truncation: bytes.removeSubrange(range)
    }
    return bytes
  }

  var description: String { "\(kind.rawValue) of bytes \(range), mask \(mask)" }
}

/// The same numbers in every run of the tests. Source: Steele, Lea, Flood, "Fast splittable pseudorandom
/// number generators", 2014.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
