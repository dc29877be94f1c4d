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
    sums[0] += laneSum(crossEntropy)
    sums[1] += laneSum(backgroundOverlap)
    sums[2] += laneSum(foregroundOverlap)
    sums[3] += laneSum(backgroundProbability)
    sums[4] += laneSum(foregroundProbability)
    sums[5] += laneSum(backgroundTarget)
    sums[6] += laneSum(foregroundTarget)
  }
}

extension Implementation {
  public static func addMixLossSums(
    logits: Floats, base: Floats, patch: Floats, mask: Floats, pixels: Int, sums: MutableDoubles
  ) {
    var index = 0
    while index < pixels / lanes {
      let end = min(index + 32, pixels / lanes)
      var baseSums = SideSums()
      var patchSums = SideSums()
      while index < end {
        let softmax = Softmax(load(logits + pixels, index) - load(logits, index))
        let m = load(mask, index)
        baseSums.add(softmax, target: load(base, index), weight: m)
        patchSums.add(softmax, target: load(patch, index), weight: 1 - m)
        index += 1
      }
      baseSums.write(to: sums)
      patchSums.write(to: sums + 7)
    }
  }

  public static func addMixLossGradient(
    logits: Floats, base: Floats, patch: Floats, mask: Floats, pixels: Int,
    factors: MixLossFactors, to gradient: MutableFloats
  ) {
    let basePart = factors.base
    let patchPart = factors.patch
    for index in 0..<(pixels / lanes) {
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
