/// Measures of probabilities that need no threshold, over the pixels of all images together.
public struct PixelwiseScore: Codable, Equatable, Sendable {
  /// Area under the ROC curve; nil where all pixels are of one class.
  public let rocAUC: Double?
  /// Σ (Rₙ − Rₙ₋₁) Pₙ over falling thresholds; nil without pixels of lesions.
  public let averagePrecision: Double?
  /// Expected calibration error; nil without pixels.
  public let calibrationError: Double?
  /// What it is the mean of.
  public let calibration: [CalibrationBin]
  /// What the areas are under.
  public let curve: PixelwiseCurve

  /// Pixels of like probability.
  public struct CalibrationBin: Codable, Equatable, Sendable {
    public var pixels: Int64
    /// Of their probabilities; nil without pixels, as is the next.
    public var meanProbability: Double?
    /// The share that is lesion.
    public var lesionShare: Double?
  }

  public static let binCount = 15

  /// In words that go with tables.
  public static let convention =
    "roc_auc, average_precision and calibration_error are over the pixels of all images together, from "
    + "probabilities of 16 bits: area under the ROC curve (equal probabilities count half); average precision "
    + "as scikit-learn's, Σ (Rₙ − Rₙ₋₁) Pₙ; expected calibration error over \(binCount) equal bins of the "
    + "lesion's probability, |share of lesion − mean probability| weighted by pixels"

  public init(_ histogram: ProbabilityHistogram) {
    let levels = 0..<ProbabilityHistogram.levelCount
    let (lesion, background) = (histogram.lesionCount, histogram.backgroundCount)
    var (found, wrong) = (Int64(0), Int64(0))
    var (area, precision) = (0.0, 0.0)
    for level in levels.reversed() {
      let (right, other) = (histogram.lesion(level), histogram.background(level))
      area += Double(other) * (Double(found) + Double(right) / 2)
      found += right
      wrong += other
      if right > 0 { precision += Double(right) * (Double(found) / Double(found + wrong)) }
    }
    rocAUC = lesion > 0 && background > 0 ? area / (Double(lesion) * Double(background)) : nil
    averagePrecision = lesion > 0 ? precision / Double(lesion) : nil
    calibration = Self.bins(histogram)
    curve = PixelwiseCurve(histogram)
    let total = lesion + background
    calibrationError =
      total > 0
      ? calibration.reduce(0) { sum, bin in
        guard let mean = bin.meanProbability, let share = bin.lesionShare else { return sum }
        return sum + Double(bin.pixels) / Double(total) * abs(share - mean)
      } : nil
  }

  /// A level at the border of two bins is of the upper one.
  private static func bins(_ histogram: ProbabilityHistogram) -> [CalibrationBin] {
    let highest = ProbabilityHistogram.levelCount - 1
    var pixels = [Int64](repeating: 0, count: binCount)
    var lesion = pixels
    var levels = pixels
    for level in 0...highest {
      let bin = min(level * binCount / highest, binCount - 1)
      let count = histogram.lesion(level) + histogram.background(level)
      pixels[bin] += count
      lesion[bin] += histogram.lesion(level)
      levels[bin] += count * Int64(level)
    }
    return (0..<binCount).map { bin in
      let count = Double(pixels[bin])
      return CalibrationBin(
        pixels: pixels[bin],
        meanProbability: count > 0 ? Double(levels[bin]) / Double(highest) / count : nil,
        lesionShare: count > 0 ? Double(lesion[bin]) / count : nil)
    }
  }

  /// The numbers by their keys in files.
  public var named: [(key: String, value: Double?)] {
    Array(zip(Self.keys, [rocAUC, averagePrecision, calibrationError]))
  }

  public static let keys = ["roc_auc", "average_precision", "calibration_error"]
}
