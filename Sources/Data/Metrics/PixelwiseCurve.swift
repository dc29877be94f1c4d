/// Points of the ROC curve and of the curve of precision over sensitivity, which is recall, over the pixels of all
/// images together.
public struct PixelwiseCurve: Codable, Equatable, Sendable {
  /// What a threshold makes of the pixels.
  public struct Point: Codable, Equatable, Sendable {
    /// Lesion is what has a probability above it.
    public var threshold: Double
    public var falsePositiveRate: Double
    public var sensitivity: Double
    public var precision: Double
  }

  /// From the highest threshold to the lowest; none where all pixels are of one class. One is at one half, the last
  /// has every pixel, and each of the others is by at least `1 / stepCount` of the lesion or of the background
  /// further than the one before.
  public let points: [Point]

  public static let stepCount: Int64 = 50

  public init(_ histogram: ProbabilityHistogram) {
    let (lesion, background) = (histogram.lesionCount, histogram.backgroundCount)
    guard lesion > 0, background > 0 else {
      points = []
      return
    }
    var points: [Point] = []
    var (found, wrong) = (Int64(0), Int64(0))
    var (lastFound, lastWrong) = (found, wrong)
    for level in (0..<ProbabilityHistogram.levelCount).reversed() {
      found += histogram.lesion(level)
      wrong += histogram.background(level)
      let isFurther =
        (found - lastFound) * Self.stepCount >= lesion
        || (wrong - lastWrong) * Self.stepCount >= background
      let isHalf = level == ProbabilityThreshold.half.level && found + wrong > 0
      guard isFurther || isHalf || level == 0 else { continue }
      (lastFound, lastWrong) = (found, wrong)
      points.append(
        Point(
          threshold: level > 0 ? ProbabilityThreshold(level: level).value : 0,
          falsePositiveRate: Double(wrong) / Double(background),
          sensitivity: Double(found) / Double(lesion),
          precision: Double(found) / Double(found + wrong)))
    }
    self.points = points
  }
}
