extension ElementaryFunctions {
  /// The largest angle, in radians, that `sin` and `cos` take.
  public static let largestAngle = 0x1p17

  /// Cosine of an angle in radians, at most `largestAngle` in size; NaN for infinite ones.
  public static func cos(_ x: Double) -> Double {
    guard x.isFinite else { return .nan }
    let (quarter, angle) = reduced(angle: x)
    return cos(quarters: quarter, angle)
  }

  /// Sine of an angle in radians, at most `largestAngle` in size; NaN for infinite ones.
  public static func sin(_ x: Double) -> Double {
    guard x.isFinite else { return .nan }
    guard abs(x) > 0x1p-27 else { return x }  // keeps the sign of zero
    let (quarter, angle) = reduced(angle: x)
    return cos(quarters: quarter - 1, angle)
  }

  /// x = quarter · π/2 + angle, |angle| ≤ π/4 (Cody and Waite).
  ///
  /// π/2 is the sum of three parts. The first two have 33 bits, so their multiples are exact; the
  /// error of the third, 2⁻¹²³, is far below the angle that is left of any x.
  @inline(__always)
  private static func reduced(angle x: Double) -> (quarter: Int, angle: DoubleDouble) {
    precondition(abs(x) <= largestAngle, "the angle is too large for its bits to mean something")
    let k = (x * 0x1.45f306dc9c883p-1 + rounder) - rounder  // 2/π
    let upper = x - k * 0x1.921fb544p0
    let middle = DoubleDouble(sum: upper, -k * 0x1.0b4611a6p-34)
    var angle = DoubleDouble(sum: middle.high, -k * 0x1.3198a2e037073p-69)
    angle.low += middle.low
    return (Int(k), angle)
  }

  /// Cosine of quarters · π/2 + angle for |angle| ≤ π/4.
  @inline(__always)
  static func cos(quarters: Int, _ angle: DoubleDouble) -> Double {
    switch quarters & 3 {
    case 0: cosine(angle)
    case 1: -sine(angle)
    case 2: -cosine(angle)
    default: sine(angle)
    }
  }

  /// x − x³/3! + … + x¹⁷/17!, and the lower part times the derivative 1 − x²/2.
  @inline(__always)
  private static func sine(_ x: DoubleDouble) -> Double {
    let z = x.high * x.high
    let w = z * z
    var even = 1.0 / 355_687_428_096_000
    even = even * w + 1.0 / 6_227_020_800
    even = even * w + 1.0 / 362_880
    even = even * w + 1.0 / 120
    var odd = -1.0 / 1_307_674_368_000
    odd = odd * w - 1.0 / 39_916_800
    odd = odd * w - 1.0 / 5_040
    odd = odd * w - 1.0 / 6
    return x.high + (x.low * (1 - 0.5 * z) + x.high * z * (odd + z * even))
  }

  /// 1 − x²/2! + … + x¹⁶/16!, and the lower part times the derivative −x.
  @inline(__always)
  private static func cosine(_ x: DoubleDouble) -> Double {
    let z = x.high * x.high
    let w = z * z
    var even = 1.0 / 20_922_789_888_000
    even = even * w + 1.0 / 479_001_600
    even = even * w + 1.0 / 40_320
    even = even * w + 1.0 / 24
    var odd = -1.0 / 87_178_291_200
    odd = odd * w - 1.0 / 3_628_800
    odd = odd * w - 1.0 / 720
    // What 1 − x²/2 loses by rounding is added to the small terms.
    let half = 0.5 * z
    let upper = 1 - half
    return upper + (((1 - upper) - half) + (w * (even + z * odd) - x.high * x.low))
  }
}
