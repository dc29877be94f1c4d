import Imaging

/// Random masks that are the same in every run.
struct RandomMasks {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// SplitMix64 (Steele, Lea, Flood: OOPSLA 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// Pixels of the foreground are this many percent.
  mutating func mask(width: Int, height: Int, percent: UInt64) -> [UInt8] {
    (0..<width * height).map { _ in next() % 100 < percent ? 1 : 0 }
  }

  mutating func image(width: Int, height: Int) -> GrayImage {
    GrayImage(
      width: width, height: height,
      pixels: (0..<width * height).map { _ in UInt8(truncatingIfNeeded: next()) })
  }
}
