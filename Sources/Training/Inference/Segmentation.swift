import ElementaryFunctions
import Imaging

/// What the network finds in one image, in the image's own resolution.
///
/// The rule: the difference of the two logits is resized (bilinear with antialias), and foreground
/// is where the result is above 0, that is, where the foreground's probability is above one half.
package struct Segmentation {
  /// 0 and 1.
  package let mask: GrayImage
  private let margins: RealImage

  /// - Parameters:
  ///   - margins: logit of the foreground minus that of the background, at the network's size.
  ///   - keepsLargestComponent: whether the mask's other 8-connected components are dropped.
  init(_ margins: RealImage, width: Int, height: Int, keepsLargestComponent: Bool) {
    self.margins = margins.resized(width: width, height: height)
    let above = self.margins.pixels.map { $0 > 0 ? UInt8(1) : 0 }
    mask = GrayImage(
      width: width, height: height,
      pixels: keepsLargestComponent
        ? largestComponent(of: above, width: width, height: height) : above)
  }

  /// Probability of the foreground × 65535, at least 32768 exactly where it is above one half.
  func probabilities() -> [UInt16] {
    margins.pixels.map { margin in
      guard !margin.isNaN else { return 32_767 }
      let units = (65_535 / (1 + ElementaryFunctions.exp(-Double(margin)))).rounded()
      return margin > 0 ? UInt16(max(units, 32_768)) : UInt16(min(units, 32_767))
    }
  }
}
