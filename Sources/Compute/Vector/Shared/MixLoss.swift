import VectorInterface

/// The running sums of one side (base or patch) of the mix loss.
private struct SideSums {
  var crossEntropy = Vector.zero
  var backgroundOverlap = Vector.zero
  var foregroundOverlap = Vector.zero
  var backgroundProbability = Vector.zero
  var foregroundProbability = Vector.zero
  var backgroundTarget = Vector.zero
  var foregroundTarget = Vector.zero

  @inline(__always)
  mutating func add(_ softmax: Softmax, target: Vector, weight: Vector) {
    let foreground = target * weight
    let background = weight - foreground
    crossEntropy.addProduct(foreground, softmax.foregroundLoss)
    crossEntropy.addProduct(background, softmax.backgroundLoss)
    backgroundOverlap.addProduct(background, softmax.background)
    foregroundOverlap.addProduct(foreground, softmax.foreground)
    backgroundProbability.addProduct(weight, softmax.background)
    foregroundProbability.addProduct(weight, softmax.foreground)
    backgroundTarget += background
    foregroundTarget += foreground
  }

  @inline(__always)
  func write(to sums: MutableDoubles) {
    addInOrder(crossEntropy, to: &sums[0])
    addInOrder(backgroundOverlap, to: &sums[1])
    addInOrder(foregroundOverlap, to: &sums[2])
    addInOrder(backgroundProbability, to: &sums[3])
    addInOrder(foregroundProbability, to: &sums[4])
    addInOrder(backgroundTarget, to: &sums[5])
    addInOrder(foregroundTarget, to: &sums[6])
  }
}

extension Implementation {
  public static func addMixLossSums(
    logits: Floats, base: Floats, patch: Floats, mask: Floats, pixels: Int, sums: MutableDoubles
  ) {
    let blocks = pixels / lanes
    for first in stride(from: 0, to: blocks, by: 32) {
      for part in 0..<vectorsPerBlock {
        var baseSums = SideSums()
        var patchSums = SideSums()
        for block in first..<min(first + 32, blocks) {
          let index = block * vectorsPerBlock + part
          let softmax = Softmax(load(logits + pixels, index) - load(logits, index))
          let m = load(mask, index)
          baseSums.add(softmax, target: load(base, index), weight: m)
          patchSums.add(softmax, target: load(patch, index), weight: 1 - m)
        }
        baseSums.write(to: sums)
        patchSums.write(to: sums + 7)
      }
    }
  }

  public static func addMixLossGradient(
    logits: Floats, base: Floats, patch: Floats, mask: Floats, pixels: Int,
    factors: MixLossFactors, to gradient: MutableFloats
  ) {
    let basePart = factors.base
    let patchPart = factors.patch
    for index in 0..<(pixels / vectorLanes) {
      let softmax = Softmax(load(logits + pixels, index) - load(logits, index))
      let m = load(mask, index)
      let slope = sideGradient(softmax, target: load(base, index), factors: basePart) * m
      let both = slope.addingProduct(
        sideGradient(softmax, target: load(patch, index), factors: patchPart), 1 - m)
      store(load(gradient, index) - both, gradient, index)
      store(load(gradient + pixels, index) + both, gradient + pixels, index)
    }
  }

  /// Derivative of one side's cross-entropy and Dice with respect to the foreground logit.
  @inline(__always)
  private static func sideGradient(
    _ softmax: Softmax, target: Vector, factors: MixLossFactors.Side
  ) -> Vector {
    let foreground = Vector(repeating: factors.foregroundConstant)
      .addingProduct(target, Vector(repeating: factors.foregroundTarget))
    let background = Vector(repeating: factors.backgroundConstant)
      .addingProduct(1 - target, Vector(repeating: factors.backgroundTarget))
    // p₁ − t without cancellation: −p₀ where the target is foreground.
    let error = softmax.foreground.replacing(with: -softmax.background, where: target .> 0.5)
    let dice = (foreground - background) * (softmax.foreground * softmax.background)
    return dice.addingProduct(error, Vector(repeating: factors.crossEntropy))
  }
}
