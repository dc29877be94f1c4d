import Methods
import VectorInterface

/// Cross-entropy plus Dice of a group of mixtures: the base image counts where the mask is 1, the
/// patch image where it is 0 ("The method", mix loss). Sums are over the whole group on all ranks.
public struct MixLoss: Sendable {
  /// Sums the kernel makes for one image: seven for each side.
  public static let sumCount = 14
  private static let smoothing = 1e-10

  /// Sums of one side over the group.
  struct Side {
    let weight: Double
    /// ΣM: pixels of this side.
    let pixels: Double
    let sums: InlineArray<7, Double>

    private func sum(_ index: Int) -> Double { sums[index] }
    private func overlap(_ k: Int) -> Double { 2 * sum(1 + k) + MixLoss.smoothing }
    private func union(_ k: Int) -> Double { sum(3 + k) + sum(5 + k) + MixLoss.smoothing }

    /// An empty side contributes nothing.
    var isEmpty: Bool { pixels == 0 || weight == 0 }
    var crossEntropy: Double { isEmpty ? 0 : weight * sum(0) / pixels }
    var dice: Double {
      isEmpty ? 0 : weight * (2 - overlap(0) / union(0) - overlap(1) / union(1)) / 2
    }

    func factors(scale: Double) -> MixLossFactors.Side {
      guard !isEmpty else {
        return MixLossFactors.Side(crossEntropy: 0, background: (0, 0), foreground: (0, 0))
      }
      func parts(_ k: Int) -> (target: Double, constant: Double) {
        let half = scale * weight / 2
        return (-2 * half / union(k), half * overlap(k) / (union(k) * union(k)))
      }
      return MixLossFactors.Side(
        crossEntropy: scale * weight / pixels, background: parts(0), foreground: parts(1))
    }
  }

  private let base: Side
  private let patch: Side

  /// - Parameters:
  ///   - sum: each of the 14 sums of `VectorKernels.addMixLossSums` over the group.
  ///   - basePixels, patchPixels: ΣM and Σ(1 − M) over the group.
  public init(
    weights: MixtureGroup.Weights, basePixels: Int, patchPixels: Int, sum: (_ index: Int) -> Double
  ) {
    base = Side(
      weight: weights.base, pixels: Double(basePixels), sums: InlineArray { sum($0) })
    patch = Side(
      weight: weights.patch, pixels: Double(patchPixels), sums: InlineArray { sum(7 + $0) })
  }

  public var crossEntropy: Double { base.crossEntropy + patch.crossEntropy }
  public var dice: Double { base.dice + patch.dice }

  /// What the gradient of `scale · (crossEntropy + dice)` is made of.
  public func factors(scale: Double) -> MixLossFactors {
    MixLossFactors(base: base.factors(scale: scale), patch: patch.factors(scale: scale))
  }
}
