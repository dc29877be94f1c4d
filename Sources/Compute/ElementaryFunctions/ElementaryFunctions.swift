/// Elementary functions in Double whose results have the same bits on every machine.
///
/// A C library's versions differ in the last bit, and so do the versions within one that it chooses
/// between by processor. These use nothing but +, −, ×, ÷ and integers in one fixed order. Series
/// are Taylor's, cut off where the next term is below 2⁻⁵⁷ of the result, so their coefficients are
/// plain fractions.
///
/// Every result is within 1.5 ulp of the exact value; the largest errors found against 300 bits are
/// 0.8 ulp, for `atan2` 1.35. NaN gives NaN unless a function says otherwise.
///
/// **Precondition**: neither arguments nor results are denormal where threads flush those to zero.
public enum ElementaryFunctions {
  /// Added and subtracted again it rounds to the nearest integer, ties to even: 1.5 · 2⁵².
  static let rounder = 0x1.8p52
}
