import VectorInterface

/// Sums that do not depend on the order of their terms: each term is rounded once to a multiple of
/// 2⁻ᵇ and added as an integer. Integer addition is associative, so ranks, threads and the choice
/// of all-reduce algorithm cannot matter (DESIGN §2, item 5).
public struct FixedPoint: Sendable {
  /// b: fractional bits.
  public let fractionBits: Int

  public static let gradients = FixedPoint(fractionBits: 43)
  public static let moments = FixedPoint(fractionBits: 36)
  public static let losses = FixedPoint(fractionBits: 32)

  /// Units in 1.
  public var scale: Double { Double(UInt64(1) << UInt64(fractionBits)) }

  public func value(_ units: Int64) -> Double { Double(units) / scale }

  /// The nearest number of units, or nothing for a term that is not finite or so large that a sum
  /// could wrap.
  /// - Parameter terms: how many the sum has over all ranks, so that the verdict does not depend on
  ///   how many ranks there are.
  public func units(_ term: Double, terms: Int) -> Int64? {
    let scaled = (term * scale).rounded(.toNearestOrEven)
    return abs(scaled) < 0x1p62 / Double(max(terms, 1)) ? Int64(scaled) : nil
  }

  /// Adds Float terms, each rounded once, to as many sums; nothing is added when one of them is
  /// refused as `units` would.
  ///
  /// The vector kernel rounds exactly below 2⁵¹ units; the rare larger terms go one by one.
  public func add(
    _ values: Floats, count: Int, terms: Int, to sums: UnsafeMutablePointer<Int64>,
    kernels: any VectorKernels.Type
  ) -> Bool {
    let largest = Double(Float(bitPattern: kernels.largestMagnitude(values, count: count)))
    guard units(largest, terms: terms) != nil else { return false }
    if largest * scale < 0x1p50 {
      kernels.addFixedPoint(values, count: count, scale: scale, to: sums)
    } else {
      for k in 0..<count { sums[k] &+= units(Double(values[k]), terms: terms) ?? 0 }
    }
    return true
  }
}
