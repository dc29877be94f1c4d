import Imaging
import Metrics

/// What a network, or an ensemble, finds in one image, at a size that may be another than the network's.
///
/// The rule: the difference of the two logits is resized (bilinear with antialias), of several members each one's,
/// and foreground is where the mean of the probabilities is above the threshold; with one half and a
/// single model that is where the difference is above 0.
package struct Segmentation {
  /// How probabilities become a mask.
  package struct Rule {
    package var threshold: ProbabilityThreshold
    /// Whether the mask's other 8-connected components are dropped.
    package var keepsLargestComponent: Bool

    package init(threshold: ProbabilityThreshold = .half, keepsLargestComponent: Bool = false) {
      self.threshold = threshold
      self.keepsLargestComponent = keepsLargestComponent
    }
  }

  /// 0 and 1.
  package let mask: GrayImage
  /// Where it was to be kept.
  let probability: LesionProbability?

  /// - Parameter members: of each the logit of the foreground minus that of the background, at the
  ///   network's size.
  init(
    _ members: [RealImage], width: Int, height: Int, rule: Rule, keepsProbability: Bool = false
  ) {
    let above: [UInt8]
    if members.count == 1 && rule.threshold == .half && !keepsProbability {
      let margins = members[0].resized(width: width, height: height)
      above = margins.pixels.map { $0 > 0 ? 1 : 0 }
      probability = nil
    } else {
      let mean = LesionProbability(members, width: width, height: height)
      above = mean.mask(rule.threshold)
      probability = keepsProbability ? mean : nil
    }
    mask = GrayImage(
      width: width, height: height,
      pixels: rule.keepsLargestComponent
        ? largestComponent(of: above, width: width, height: height) : above)
  }
}
