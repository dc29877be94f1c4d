extension ElementaryFunctions {
  /// arctan(k/8) for k = 0…8, in two parts.
  private static let arctangents = [
    0, 0x1.fd5ba9aac2f6ep-4, 0x1.f5b75f92c80ddp-3, 0x1.6f61941e4def1p-2, 0x1.dac670561bb4fp-2,
    0x1.1e00babdefeb4p-1, 0x1.4978fa3269ee1p-1, 0x1.700a7c5784634p-1, 0x1.921fb54442d18p-1,
  ]
  private static let lowerArctangents = [
    0, -0x1.cd37686760c17p-59, 0x1.8ab6e3cf7afbdp-57, -0x1.c63aae6f6e918p-56,
    0x1.a2b7f222f65e2p-56, -0x1.928df287a668fp-58, 0x1.2419a87f2a458p-56,
    -0x1.8c34d25aadef6p-56, 0x1.1a62633145c07p-55,
  ]

  /// Angle of the point (x, y) against the first axis, −π…π.
  ///
  /// Zeros and infinities as in IEEE 754: the angle has the sign of y, also where y is ±0; at y = ±0
  /// it is ±0 for x > 0 or +0, ±π for x < 0 or −0; infinite coordinates count as equally long.
  public static func atan2(_ y: Double, _ x: Double) -> Double {
    guard !x.isNaN, !y.isNaN else { return .nan }
    let angle = acute(small: min(abs(x), abs(y)), large: max(abs(x), abs(y)))
    let isSteep = abs(y) > abs(x)
    let isLeft = x.sign == .minus
    guard isSteep || isLeft else { return Double(signOf: y, magnitudeOf: angle.high + angle.low) }
    // π/2 − angle, π/2 + angle, π − angle.
    let base = isSteep ? 0x1.921fb54442d18p0 : 0x1.921fb54442d18p1
    let baseLow = isSteep ? 0x1.1a62633145c07p-54 : 0x1.1a62633145c07p-53
    let isAdded = isSteep && isLeft
    let sum = DoubleDouble(sum: base, isAdded ? angle.high : -angle.high)
    let low = sum.low + (baseLow + (isAdded ? angle.low : -angle.low))
    return Double(signOf: y, magnitudeOf: sum.high + low)
  }

  /// arctan(small / large) for 0 ≤ small ≤ large, as a sum.
  ///
  /// With c the multiple of ⅛ nearest to the quotient it is arctan c + arctan r,
  /// r = (small − c · large) / (large + c · small), |r| ≤ 1/16.
  @inline(__always)
  private static func acute(small: Double, large: Double) -> DoubleDouble {
    if large == 0 { return DoubleDouble(0, 0) }
    if large == .infinity { return small == large ? eighth(8, 0) : DoubleDouble(0, 0) }
    let quotient = small / large
    if quotient < 0.0625 { return DoubleDouble(quotient, arctangentTail(quotient)) }
    // Scaling keeps sums finite and products normal.
    let scale = large > 0x1p1000 ? 0x1p-100 : large < 0x1p-900 ? 0x1p100 : 1
    let (y, x) = (small * scale, large * scale)
    let index = Int(8 * quotient + 0.5)
    let c = 0.125 * Double(index)
    let part = DoubleDouble(product: c, x)
    let r = ((y - part.high) - part.low) / (x + c * y)
    return eighth(index, r)
  }

  /// arctan(index / 8) + arctan r.
  @inline(__always)
  private static func eighth(_ index: Int, _ r: Double) -> DoubleDouble {
    DoubleDouble(arctangents[index], r + (lowerArctangents[index] + arctangentTail(r)))
  }

  /// arctan r − r for |r| ≤ 1/16: −r³/3 + r⁵/5 − … + r¹³/13.
  @inline(__always)
  private static func arctangentTail(_ r: Double) -> Double {
    let z = r * r
    var p = 1.0 / 13
    p = p * z - 1.0 / 11
    p = p * z + 1.0 / 9
    p = p * z - 1.0 / 7
    p = p * z + 1.0 / 5
    p = p * z - 1.0 / 3
    return r * z * p
  }
}
