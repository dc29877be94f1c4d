import ElementaryFunctions
import Imaging
import Metrics

/// The lesion's probability in each pixel: the mean over the members of an ensemble, in their order, so that
/// equal members have the mean of one. Values are in units of 1/65535.
struct LesionProbability {
  let width: Int
  let height: Int
  /// [height, width], 0…65535
  private let means: [Double]
  /// The members' variance, of the population; the same shape and unit, squared.
  private let variances: [Double]

  private static let certain = Double(ProbabilityHistogram.levelCount - 1)
  private static let half = certain / 2

  /// - Parameter members: of each the logit of the lesion less that of the background, all of one size, which
  ///   are resized (bilinear with antialias) one after the other.
  init(_ members: [RealImage], width: Int, height: Int) {
    var means = [Double](repeating: 0, count: width * height)
    var squares = members.count > 1 ? means : []
    // The updates of Welford, Technometrics 4(3), 1962.
    for (index, member) in members.enumerated() {
      let margins = member.resized(width: width, height: height)
      for (pixel, margin) in margins.pixels.enumerated() {
        let probability = Self.probability(margin)
        let difference = probability - means[pixel]
        means[pixel] = index == 0 ? probability : means[pixel] + difference / Double(index + 1)
        if index > 0 { squares[pixel] += difference * (probability - means[pixel]) }
      }
    }
    (self.width, self.height, self.means) = (width, height, means)
    variances = squares.map { $0 / Double(members.count) }
  }

  /// Above one half exactly where the margin is above 0.
  private static func probability(_ margin: Float) -> Double {
    guard !margin.isNaN else { return half }
    let value = certain / (1 + ElementaryFunctions.exp(-Double(margin)))
    return margin > 0 ? max(value, half.nextUp) : min(value, half)
  }

  /// × 65535, rounded; at least 32768 exactly where it is above one half.
  func levels() -> [UInt16] {
    means.map { mean in
      let level = mean.rounded()
      return mean > Self.half ? UInt16(max(level, 32_768)) : UInt16(min(level, 32_767))
    }
  }

  /// 0…1
  func values() -> [Float] { means.map { Float($0 / Self.certain) } }

  /// How far the members disagree: the standard deviation of their probabilities × 65535, rounded; one
  /// half, the largest there can be, is 32768.
  func disagreement() -> [UInt16] { variances.map { UInt16($0.squareRoot().rounded()) } }

  /// 0 and 1.
  func mask(_ threshold: ProbabilityThreshold) -> [UInt8] {
    levels().map { Int($0) >= threshold.level ? 1 : 0 }
  }
}
