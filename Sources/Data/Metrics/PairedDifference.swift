/// A measure of one model less that of another on the same images, image by image.
public struct PairedDifference: Equatable, Sendable {
  public enum Verdict: String, Sendable { case better, worse, undecided }

  /// Over the images where both values are defined.
  public var interval: BootstrapInterval
  public var count: Int

  /// - Parameters:
  ///   - values: one for each image; nil where undefined.
  ///   - others: of the same images in the same order.
  /// - Returns: nothing where fewer than two images have both.
  public init?(_ values: [Double?], less others: [Double?]) {
    let differences = zip(values, others).compactMap { value, other -> Double? in
      guard let value, let other else { return nil }
      return value - other
    }
    guard let interval = BootstrapInterval(of: differences) else { return nil }
    self.interval = interval
    count = differences.count
  }

  /// Of the first model, for a measure of which more is better.
  public var verdict: Verdict {
    interval.lower > 0 ? .better : interval.upper < 0 ? .worse : .undecided
  }
}
