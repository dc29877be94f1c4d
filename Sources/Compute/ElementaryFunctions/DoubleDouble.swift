/// A number of about 106 bits: the unevaluated sum of two, `low` at most half an ulp of `high`.
///
/// Sums and products of two Doubles are exact but for overflow and underflow: Knuth, "The Art of
/// Computer Programming" 2, 4.2.2 theorem B; Dekker, Numerische Mathematik 18, 1971.
struct DoubleDouble {
  var high: Double
  var low: Double

  init(_ high: Double, _ low: Double) {
    self.high = high
    self.low = low
  }

  /// a + b, exact.
  @inline(__always)
  init(sum a: Double, _ b: Double) {
    high = a + b
    let added = high - a
    low = (a - (high - added)) + (b - added)
  }

  /// a · b, exact for |a| and |b| below 2⁹⁹⁰.
  @inline(__always)
  init(product a: Double, _ b: Double) {
    let a2 = Self.half(a)
    let b2 = Self.half(b)
    let a1 = a - a2
    let b1 = b - b2
    high = a * b
    low = ((a2 * b2 - high) + a2 * b1 + a1 * b2) + a1 * b1
  }

  /// The upper 26 bits.
  @inline(__always)
  private static func half(_ x: Double) -> Double {
    let shifted = x * 0x1.0000002p27
    return shifted - (shifted - x)
  }

  /// a + b with a relative error around 2⁻¹⁰⁴ where no digits cancel.
  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let sum = DoubleDouble(sum: a.high, b.high)
    return DoubleDouble(sum: sum.high, sum.low + (a.low + b.low))
  }

  /// a · b with a relative error around 2⁻¹⁰².
  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(product: a.high, b.high)
    return DoubleDouble(sum: product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  /// a / b with a relative error around 2⁻¹⁰².
  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let quotient = a.high / b.high
    let back = DoubleDouble(product: quotient, b.high)
    let rest = (((a.high - back.high) - back.low) + a.low) - quotient * b.low
    return DoubleDouble(sum: quotient, rest / b.high)
  }
}
