extension ElementaryFunctions {
  /// ln 2 in two parts; the upper one has 32 bits, so that multiples up to 2²¹ are exact.
  static let ln2High = 0x1.62e42feep-1
  static let ln2Low = 0x1.a39ef35793c76p-33

  /// eˣ. Infinite from 709.79 on; subnormal below −708.4 and 0 below −745.2.
  public static func exp(_ x: Double) -> Double {
    exp(DoubleDouble(x, 0))
  }

  /// 2ᵏ · eʳ with |r| ≤ ½ ln 2.
  @inline(__always)
  static func exp(_ x: DoubleDouble) -> Double {
    guard abs(x.high) < 746 else {
      return x.high.isNaN ? x.high : x.high > 0 ? .infinity : 0
    }
    let k = (x.high * 0x1.71547652b82fep0 + rounder) - rounder  // log₂ e
    let upper = x.high - k * ln2High
    let correction = x.low - k * ln2Low
    let r = upper + correction
    let sum = 1 + r
    let rest = ((1 - sum) + r) + ((upper - r) + correction)
    // Two factors, as 2ᵏ itself may lie outside of the normal numbers.
    let first = Int(k) >> 1
    let second = Int(k) - first
    return (sum + (rest + exponentialTail(r))) * powerOfTwo(first) * powerOfTwo(second)
  }

  /// eʳ − 1 − r for |r| ≤ 0.35: r²/2! + … + r¹³/13!, even and odd powers apart.
  @inline(__always)
  private static func exponentialTail(_ r: Double) -> Double {
    let z = r * r
    var even = 1.0 / 479_001_600
    even = even * z + 1.0 / 3_628_800
    even = even * z + 1.0 / 40_320
    even = even * z + 1.0 / 720
    even = even * z + 1.0 / 24
    even = even * z + 1.0 / 2
    var odd = 1.0 / 6_227_020_800
    odd = odd * z + 1.0 / 39_916_800
    odd = odd * z + 1.0 / 362_880
    odd = odd * z + 1.0 / 5_040
    odd = odd * z + 1.0 / 120
    odd = odd * z + 1.0 / 6
    return z * (even + r * odd)
  }

  /// 2ᵏ for k in −1022…1023.
  @inline(__always)
  private static func powerOfTwo(_ k: Int) -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: k &+ 1023) << 52)
  }
}
