import Glibc
import Kernels
import Learning
import Methods
import Tensors
import Testing
import VectorInterface

/// Every loss and its gradient against plain formulas and central differences in Double, with the
/// kernels of both processor families.
@Suite struct LossGradientTests {
  /// (f(x + h·e) − f(x − h·e)) / 2h for each component.
  static func centralDifferences(
    _ x: [Double], step: Double = 1e-6, _ f: ([Double]) -> Double
  ) -> [Double] {
    x.indices.map { k in
      var up = x
      var down = x
      up[k] += step
      down[k] -= step
      return (f(up) - f(down)) / (2 * step)
    }
  }

  static func relativeDifference(_ ours: [Float], _ expected: [Double]) -> Double {
    let difference = zip(ours, expected).reduce(0) { $0 + pow(Double($1.0) - $1.1, 2) }
    return (difference / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  // MARK: Mix loss

  /// Two images of 64 pixels that share a mask.
  struct Mix {
    static let pixels = 64
    static let images = 2
    let logits = KernelNumbers.random(2 * images * pixels, -3..<3, seed: 1)
    let base = KernelNumbers.random(images * pixels, 0..<1, seed: 2).map {
      $0 < 0.4 ? Float(1) : 0
    }
    let patch = KernelNumbers.random(images * pixels, 0..<1, seed: 3).map {
      $0 < 0.3 ? Float(1) : 0
    }
    let mask: [Float]
    let weights: MixtureGroup.Weights

    init(mask: [Float], weights: MixtureGroup.Weights) {
      self.mask = mask
      self.weights = weights
    }

    var basePixels: Int { Self.images * mask.count { $0 == 1 } }
    var patchPixels: Int { Self.images * mask.count { $0 == 0 } }

    /// The definition, pixel by pixel.
    func reference(_ logits: [Double]) -> (crossEntropy: Double, dice: Double) {
      let base = side(logits, base, mask.map { Double($0) }, weights.base)
      let patch = side(logits, patch, mask.map { 1 - Double($0) }, weights.patch)
      return (base.0 + patch.0, base.1 + patch.1)
    }

    private func side(
      _ logits: [Double], _ target: [Float], _ m: [Double], _ weight: Double
    ) -> (Double, Double) {
      guard m.contains(where: { $0 > 0 }), weight > 0 else { return (0, 0) }
      var entropy = 0.0
      var overlap = [0.0, 0.0]
      var sum = [0.0, 0.0]
      var total = 0.0
      for image in 0..<Self.images {
        for k in 0..<Self.pixels {
          let start = 2 * image * Self.pixels + k
          let foreground = 1 / (1 + exp(logits[start] - logits[start + Self.pixels]))
          let t = Int(target[image * Self.pixels + k])
          let p = [1 - foreground, foreground]
          entropy -= m[k] * Glibc.log(p[t])
          total += m[k]
          for c in 0..<2 {
            overlap[c] += t == c ? p[c] * m[k] : 0
            sum[c] += p[c] * m[k] + (t == c ? m[k] : 0)
          }
        }
      }
      var dice = 0.0
      for c in 0..<2 { dice += (1 - (2 * overlap[c] + 1e-10) / (sum[c] + 1e-10)) / 2 }
      return (weight * entropy / total, weight * dice)
    }

    /// Ours, with the gradient of ½(cross-entropy + Dice).
    func evaluate(
      _ kernels: any VectorKernels.Type
    ) -> (crossEntropy: Double, dice: Double, gradient: [Float]) {
      var sums = [Double](repeating: 0, count: MixLoss.sumCount)
      each { logits, base, patch, mask, _ in
        kernels.addMixLossSums(
          logits: logits, base: base, patch: patch, mask: mask, pixels: Self.pixels, sums: &sums)
      }
      let loss = MixLoss(
        weights: weights, basePixels: basePixels, patchPixels: patchPixels
      ) { sums[$0] }
      var gradient = [Float](repeating: 0, count: logits.count)
      gradient.withUnsafeMutableBufferPointer { target in
        each { logits, base, patch, mask, image in
          kernels.addMixLossGradient(
            logits: logits, base: base, patch: patch, mask: mask, pixels: Self.pixels,
            factors: loss.factors(scale: 0.5), to: target.baseAddress! + 2 * image * Self.pixels)
        }
      }
      return (loss.crossEntropy, loss.dice, gradient)
    }

    private func each(_ body: (Floats, Floats, Floats, Floats, Int) -> Void) {
      logits.withUnsafeBufferPointer { l in
        base.withUnsafeBufferPointer { b in
          patch.withUnsafeBufferPointer { p in
            mask.withUnsafeBufferPointer { m in
              for image in 0..<Self.images {
                body(
                  l.baseAddress! + 2 * image * Self.pixels, b.baseAddress! + image * Self.pixels,
                  p.baseAddress! + image * Self.pixels, m.baseAddress!, image)
              }
            }
          }
        }
      }
    }
  }

  static let mixtures: [Mix] = [
    Mix(mask: (0..<64).map { $0 % 3 == 0 ? 0 : 1 }, weights: .init(base: 0.5, patch: 1)),
    Mix(mask: (0..<64).map { $0 < 20 ? 0 : 1 }, weights: .init(base: 1, patch: 0.5)),
    // An empty patch side, and the supervised loss, which has none.
    Mix(mask: [Float](repeating: 1, count: 64), weights: .init(base: 1, patch: 0.5)),
    Mix(mask: [Float](repeating: 1, count: 64), weights: .init(base: 1, patch: 0)),
  ]

  @Test(arguments: KernelNumbers.units, mixtures.indices)
  func mixLoss(unit: VectorUnit, index: Int) {
    let mix = Self.mixtures[index]
    let ours = mix.evaluate(unit.kernels)
    let logits = mix.logits.map { Double($0) }
    let reference = mix.reference(logits)
    #expect(abs(ours.crossEntropy / reference.crossEntropy - 1) < 1e-6)
    #expect(abs(ours.dice / reference.dice - 1) < 1e-6)
    let expected = Self.centralDifferences(logits) {
      let loss = mix.reference($0)
      return (loss.crossEntropy + loss.dice) / 2
    }
    #expect(Self.relativeDifference(ours.gradient, expected) < 2e-6)
  }

  // MARK: Consistency

  @Test(arguments: KernelNumbers.units) func consistency(unit: VectorUnit) {
    let a = KernelNumbers.random(128, -2..<2, seed: 4)
    let b = KernelNumbers.random(128, -2..<2, seed: 5)
    var gradientA = [Float](repeating: 0, count: 128)
    var gradientB = gradientA
    let sum = unit.kernels.squaredDifference(a, b, count: 128)
    unit.kernels.addDifference(a, b, count: 128, factor: 2.0 / 128, to: &gradientA)
    unit.kernels.addDifference(b, a, count: 128, factor: 2.0 / 128, to: &gradientB)
    func reference(_ both: [Double]) -> Double {
      (0..<128).reduce(0) { $0 + pow(both[$1] - both[128 + $1], 2) } / 128
    }
    let both = (a + b).map { Double($0) }
    #expect(abs(sum / 128 / reference(both) - 1) < 1e-6)
    let expected = Self.centralDifferences(both, reference)
    #expect(Self.relativeDifference(gradientA + gradientB, expected) < 1e-6)
  }

  // MARK: Contrastive

  @Test func contrastive() throws {
    let positions = 16
    let count = 16 * positions
    let query = KernelNumbers.random(count, -1..<1, seed: 6)
    let key = KernelNumbers.random(count, -1..<1, seed: 7)
    let loss = ContrastiveLoss(
      channels: 16, positions: positions, compute: try Compute(threads: 1))
    var gradient = [Float](repeating: 0, count: count)
    let sum = loss.evaluate(
      worker: 0, query: query, key: key, factor: 1 / Double(positions), gradient: &gradient)
    func unit(_ features: [Double]) -> [[Double]] {
      (0..<positions).map { p in
        let row = (0..<16).map { features[$0 * positions + p] }
        let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return row.map { $0 / norm }
      }
    }
    let keys = unit(key.map { Double($0) })
    func reference(_ features: [Double]) -> Double {
      let queries = unit(features)
      return (0..<positions).reduce(0) { total, i in
        let similarity = keys.map { zip(queries[i], $0).reduce(0) { $0 + $1.0 * $1.1 } / 0.07 }
        return total + Glibc.log(similarity.reduce(0) { $0 + exp($1) }) - similarity[i]
      } / Double(positions)
    }
    let features = query.map { Double($0) }
    #expect(abs(sum / Double(positions) / reference(features) - 1) < 1e-5)
    let expected = Self.centralDifferences(features, reference)
    #expect(Self.relativeDifference(gradient, expected) < 1e-5)
  }
}
