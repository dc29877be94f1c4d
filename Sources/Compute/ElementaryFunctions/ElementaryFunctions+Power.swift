extension ElementaryFunctions {
  /// xʸ for x > 0: e to the power of y · ln x, the exponent in twice the precision.
  ///
  /// 1 at y = 0 and at x = 1 whatever the other is.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if x == 1 || y == 0 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    precondition(x > 0, "powers of numbers that are not positive are not defined here")
    let estimate = y * log(x)
    guard abs(estimate) < 800 else { return exp(estimate) }
    return exp(DoubleDouble(y, 0) * precise(logOf: x))
  }
}
