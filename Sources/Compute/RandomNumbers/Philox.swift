/// Philox 4×32-10, a counter-based generator: the random words are a function of a counter and a
/// key, so no state is carried from draw to draw.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public enum Philox {
  public typealias Counter = SIMD4<UInt32>
  public typealias Key = SIMD2<UInt32>

  /// Multipliers and key increments of the published generator.
  public static let multipliers: (UInt32, UInt32) = (0xD251_1F53, 0xCD9E_8D57)
  public static let keyIncrements: (UInt32, UInt32) = (0x9E37_79B9, 0xBB67_AE85)
  public static let rounds = 10

  /// Four random words for one counter.
  @inlinable
  public static func words(_ counter: Counter, key: Key) -> Counter {
    var c = counter
    var k = key
    for _ in 0..<rounds {
      let first = multipliers.0.multipliedFullWidth(by: c[0])
      let second = multipliers.1.multipliedFullWidth(by: c[2])
      c = Counter(second.high ^ c[1] ^ k[0], second.low, first.high ^ c[3] ^ k[1], first.low)
      k = Key(k[0] &+ keyIncrements.0, k[1] &+ keyIncrements.1)
    }
    return c
  }
}
