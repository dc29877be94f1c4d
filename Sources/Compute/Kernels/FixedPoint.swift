import VectorInterface

/// Sums that do not depend on the order of their terms: each term is rounded once to a multiple of
/// 2⁻ᵇ and added as an integer. Integer addition is associative, so ranks, threads and the choice
/// of all-reduce algorithm cannot matter.
///
/// A sum of T terms takes terms below 2⁶²/T units, so that neither it nor a part of it can wrap, and
/// errs by at most T/2 units. T is the number of images that a step forwards, over all ranks and both
/// views: twice half the batch, at most 4096. Terms are means over an image's pixels, or gradients of
/// means: they do not grow with the image.
///
/// | sums | b | largest term, T = 16 | T = 4096 | error of the mean of T terms |
/// |---|---|---|---|---|
/// | `gradients` of parameters; backward sums of batch norm | 43 | 32,768 | 128 | 2⁻⁴⁴ = 6e-14 |
/// | `moments`: means and mean squares of batch norm's inputs | 36 | 4,194,304 | 16,384 | 2⁻³⁷ = 7e-12 |
/// | `losses`: an image's mean cross-entropy, overlap, squared or contrastive loss | 40 | 262,144 | 1,024 | 2⁻⁴¹ = 5e-13 |
///
/// A loss counts mixtures, half as many as images, so 2,048 is what the largest batch takes: a squared
/// difference of logits of 45 a pixel, a cross-entropy of e⁻²⁰⁴⁸. A lesion of 10 pixels in an image of
/// 4096×4096 has a mean overlap of 6e-7, and an error of 1e-6 of that. Batch norm adds 1e-5 to
/// variances whose mean squares err by 7e-12.
public struct FixedPoint: Sendable {
  /// b: fractional bits.
  public let fractionBits: Int

  public static let gradients = FixedPoint(fractionBits: 43)
  public static let moments = FixedPoint(fractionBits: 36)
  public static let losses = FixedPoint(fractionBits: 40)

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
