import Kernels
import Learning
import Methods
import Tensors
import TestSupport
import Testing
import VectorInterface

/// Losses and the frequency switch against the published implementation.
@Suite("Losses, Golden")
struct LossesGoldenTests {
  let golden: Golden
  let compute: Compute

  init() throws {
    golden = try Golden("losses.h5")
    compute = try Compute(threads: 1)
  }

  @Test(
    "mix loss, both ways",
    arguments: [("unlabeled_base", 0.5, 1.0), ("labeled_base", 1.0, 0.5)])
  func mix(name: String, base: Double, patch: Double) throws {
    let (shape, logits) = try golden.tensor("mix/logits")
    let pixels = shape[2] * shape[3]
    let masks = try golden.bytes("mix/mask").values.map { Float($0) }
    let images = shape[0]
    // The stored mask is per image; all images of a step share one.
    try expectLoss(
      logits: logits, images: images, pixels: pixels,
      base: try golden.bytes("mix/label_base").values.map { Float($0) },
      patch: try golden.bytes("mix/label_patch").values.map { Float($0) }, masks: masks,
      weights: .init(base: base, patch: patch), expected: "mix/\(name)")
  }

  @Test("supervised loss")
  func supervised() throws {
    let (shape, logits) = try golden.tensor("mix/logits")
    let count = shape[0] * shape[2] * shape[3]
    let labels = try golden.bytes("mix/label_base").values.map { Float($0) }
    try expectLoss(
      logits: logits, images: shape[0], pixels: shape[2] * shape[3], base: labels, patch: labels,
      masks: [Float](repeating: 1, count: count), weights: .init(base: 1, patch: 0),
      expected: "supervised")
  }

  @Test("contrastive loss")
  func contrastive() throws {
    let (shape, query) = try golden.tensor("contrastive/query")
    let key = try golden.tensor("contrastive/key").values
    let positions = shape[2] * shape[3]
    let count = shape[1] * positions
    let loss = ContrastiveLoss(channels: shape[1], positions: positions, compute: compute)
    var gradient = [Float](repeating: 0, count: query.count)
    var total = 0.0
    for image in 0..<shape[0] {
      total += query.withUnsafeBufferPointer { q in
        key.withUnsafeBufferPointer { k in
          gradient.withUnsafeMutableBufferPointer { g in
            loss.evaluate(
              worker: 0, query: q.baseAddress! + image * count, key: k.baseAddress! + image * count,
              factor: 1 / Double(shape[0] * positions), gradient: g.baseAddress! + image * count)
          }
        }
      }
    }
    let expected = try golden.doubles("contrastive/loss").values[0]
    #expect(abs(total / Double(shape[0] * positions) / expected - 1) < 5e-5)
    #expect(
      try relativeError(gradient, golden.tensor("contrastive/grad_query").values) < 2e-5)
  }

  private func expectLoss(
    logits: [Float], images: Int, pixels: Int, base: [Float], patch: [Float], masks: [Float],
    weights: MixtureGroup.Weights, expected: String
  ) throws {
    var sums = [Double](repeating: 0, count: MixLoss.sumCount)
    var gradient = [Float](repeating: 0, count: logits.count)
    func each(_ body: (Int, Floats, Floats, Floats, Floats) -> Void) {
      for image in 0..<images {
        logits.withUnsafeBufferPointer { l in
          base.withUnsafeBufferPointer { b in
            patch.withUnsafeBufferPointer { p in
              masks.withUnsafeBufferPointer { m in
                body(
                  image, l.baseAddress! + image * 2 * pixels, b.baseAddress! + image * pixels,
                  p.baseAddress! + image * pixels, m.baseAddress! + image * pixels)
              }
            }
          }
        }
      }
    }
    each { _, l, b, p, m in
      compute.kernels.addMixLossSums(
        logits: l, base: b, patch: p, mask: m, pixels: pixels, sums: &sums)
    }
    let basePixels = masks.count { $0 == 1 }
    let loss = MixLoss(
      weights: weights, basePixels: basePixels, patchPixels: masks.count - basePixels
    ) { sums[$0] }
    let crossEntropy = try golden.doubles("\(expected)/cross_entropy").values[0]
    let dice = try golden.doubles("\(expected)/dice").values[0]
    #expect(abs(loss.crossEntropy / crossEntropy - 1) < 5e-5)
    #expect(abs(loss.dice / dice - 1) < 5e-5)
    each { image, l, b, p, m in
      gradient.withUnsafeMutableBufferPointer {
        compute.kernels.addMixLossGradient(
          logits: l, base: b, patch: p, mask: m, pixels: pixels, factors: loss.factors(scale: 0.5),
          to: $0.baseAddress! + image * 2 * pixels)
      }
    }
    let golden = try golden.tensor("\(expected)/grad_of_half_sum").values
    #expect(relativeError(gradient, golden) < 2e-5)
  }
}
