internal import RandomNumbers

/// A percentile bootstrap interval of a mean. For two methods on the same images give the
/// differences image by image: the interval is then a paired one.
///
/// Source: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. The draws follow
/// from the count of values alone, so the same values have the same interval everywhere.
public struct BootstrapInterval: Codable, Equatable, Sendable {
  public static let resamples = 10_000

  public var mean: Double
  public var lower: Double
  public var upper: Double

  /// Nothing for fewer than two values.
  /// - Parameters:
  ///   - weights: above 0, of a weighted mean, such as lesions in an image; each 1 by default.
  ///   - confidence: the share of resampled means within the interval.
  public init?(of values: [Double], weights: [Double]? = nil, confidence: Double = 0.95) {
    guard values.count > 1 else { return nil }
    let weights = weights ?? [Double](repeating: 1, count: values.count)
    let terms = zip(values, weights).map { $0 * $1 }
    let means = (0..<Self.resamples).map { resample in
      var stream = RandomStream(seed: 0, purpose: .bootstrap, iteration: resample)
      var sum = 0.0
      var total = 0.0
      for _ in values {
        let index = stream.integer(below: values.count)
        sum += terms[index]
        total += weights[index]
      }
      return sum / total
    }.sorted()
    mean = terms.reduce(0, +) / weights.reduce(0, +)
    lower = Self.quantile((1 - confidence) / 2, of: means)
    upper = Self.quantile((1 + confidence) / 2, of: means)
  }

  /// Linear between the two nearest of sorted values.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }
}
