/// A measure of one model less that of another on the same images, image by image.
public struct PairedDifference: Equatable, Sendable {
  public enum Verdict: String, Sendable { case better, worse, undecided }

  /// Over the images where both values are defined.
  public var interval: BootstrapInterval
  public var count: Int

  /// - Parameters:
  ///   - values: one for each image; nil where undefined.
  ///   - others: of the same images in the same order.
  ///   - weights: what each image counts in the means of both; each 1 by default.
  /// - Returns: nothing where fewer than two images have both.
  public init?(_ values: [Double?], less others: [Double?], weights: [Double]? = nil) {
    let weights = weights ?? [Double](repeating: 1, count: values.count)
    let differences = zip(zip(values, others), weights).compactMap {
      both, weight -> (value: Double, weight: Double)? in
      guard let value = both.0, let other = both.1 else { return nil }
      return (value - other, weight)
    }
    guard
      let interval = BootstrapInterval(
        of: differences.map(\.value), weights: differences.map(\.weight))
    else { return nil }
    self.interval = interval
    count = differences.count
  }

  /// Of the first model, for a measure of which more is better.
  public var verdict: Verdict {
    interval.lower > 0 ? .better : interval.upper < 0 ? .worse : .undecided
  }
}
