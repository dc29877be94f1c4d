extension ElementaryFunctions {
  /// Natural logarithm; −∞ at ±0, NaN below.
  public static func log(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return logarithmOutsideOfDomain(x) }
    let (m, k) = reduced(x)
    let f = m - 1
    // ln m = 2s + s·R; as 2s = f − f²/2 + s·f²/2, what is rounded is small against f.
    let s = f / (2 + f)
    let z = s * s
    let half = 0.5 * f * f
    let rest = s * (half + z * (2.0 / 3 + z * artanhTail(z))) + k * ln2Low
    return k * ln2High - ((half - rest) - f)
  }

  /// The logarithm of a positive, finite number with an error below 2⁻⁶⁵ of it.
  static func precise(logOf x: Double) -> DoubleDouble {
    let (m, k) = reduced(x)
    let s = DoubleDouble(m - 1, 0) / DoubleDouble(sum: m, 1)
    let square = s * s
    let cube = DoubleDouble(0x1.5555555555555p-1, 0x1.5555555555555p-55) * (square * s)  // ⅔ s³
    let z = square.high
    let tail = s.high * z * z * artanhTail(z)
    return DoubleDouble(k * ln2High, 0) + DoubleDouble(product: k, ln2Low)
      + (DoubleDouble(2 * s.high, 2 * s.low) + cube) + DoubleDouble(tail, 0)
  }

  private static func logarithmOutsideOfDomain(_ x: Double) -> Double {
    x == 0 ? -.infinity : x > 0 ? x : .nan
  }

  /// x = 2ᵏ · m with m in [√½, √2).
  @inline(__always)
  private static func reduced(_ x: Double) -> (m: Double, k: Double) {
    let isSubnormal = x < 0x1p-1022
    let bits = (isSubnormal ? x * 0x1p54 : x).bitPattern
    let exponent = Int64(bitPattern: bits &- 0x3FE6_A09E_667F_3BCD) >> 52  // √½
    let m = Double(bitPattern: bits &- UInt64(bitPattern: exponent << 52))
    return (m, Double(exponent - (isSubnormal ? 54 : 0)))
  }

  /// ⅖ + 2/7 z + … + 2/25 z¹⁰, even and odd powers apart.
  ///
  /// At s = (m − 1) / (m + 1), |s| ≤ 0.172, is ln m = 2 artanh s = s · (2 + ⅔ s² + ⅖ s⁴ + …), z = s².
  @inline(__always)
  private static func artanhTail(_ z: Double) -> Double {
    let w = z * z
    var even = 2.0 / 25
    even = even * w + 2.0 / 21
    even = even * w + 2.0 / 17
    even = even * w + 2.0 / 13
    even = even * w + 2.0 / 9
    even = even * w + 2.0 / 5
    var odd = 2.0 / 23
    odd = odd * w + 2.0 / 19
    odd = odd * w + 2.0 / 15
    odd = odd * w + 2.0 / 11
    odd = odd * w + 2.0 / 7
    return even + z * odd
  }
}
