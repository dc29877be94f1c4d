import VectorInterface

extension Implementation {
  public static func padPlanes(
    _ planes: Floats, count: Int, height: Int, width: Int, into padded: MutableFloats
  ) {
    let step = width + 2
    for plane in 0..<count {
      let target = padded + plane * (height + 2) * step
      target.update(repeating: 0, count: step)
      (target + (height + 1) * step).update(repeating: 0, count: step)
      for row in 0..<height {
        let line = target + (row + 1) * step
        line[0] = 0
        (line + 1).update(from: planes + (plane * height + row) * width, count: width)
        line[width + 1] = 0
      }
    }
  }

  public static func mixPlanes(
    base: Floats, patch: Floats, mask: Floats, pixels: Int, into output: MutableFloats
  ) {
    for index in 0..<(pixels / vectorLanes) {
      let m = load(mask, index)
      store(
        (load(base, index) * m).addingProduct(load(patch, index), 1 - m), output, index)
    }
  }

  public static func foregroundMask(
    logits: Floats, pixels: Int, threshold: Float, into mask: UnsafeMutablePointer<UInt8>
  ) {
    for index in 0..<(pixels / vectorLanes) {
      let difference = load(logits + pixels, index) - load(logits, index)
      let probability = Softmax(difference).foreground
      for lane in 0..<vectorLanes {
        mask[index * vectorLanes + lane] = probability[lane] >= threshold ? 1 : 0
      }
    }
  }

  public static func sum(_ values: Floats, count: Int) -> Double {
    sum(blocks: count / lanes) { index, sum in sum += load(values, index) }
  }

  /// Adds 64 blocks at a time in single precision, and these sums in double.
  /// - Parameter add: adds register `index` of the values.
  @inline(__always)
  private static func sum(blocks: Int, add: (_ index: Int, _ sum: inout Vector) -> Void) -> Double {
    var total = 0.0
    for first in stride(from: 0, to: blocks, by: 64) {
      for part in 0..<vectorsPerBlock {
        var sum = Vector.zero
        for block in first..<min(first + 64, blocks) { add(block * vectorsPerBlock + part, &sum) }
        addInOrder(sum, to: &total)
      }
    }
    return total
  }

  public static func squaredDifference(_ a: Floats, _ b: Floats, count: Int) -> Double {
    sum(blocks: count / lanes) { index, sum in
      let difference = load(a, index) - load(b, index)
      sum.addProduct(difference, difference)
    }
  }

  public static func addDifference(
    _ a: Floats, _ b: Floats, count: Int, factor: Float, to gradient: MutableFloats
  ) {
    let factors = Vector(repeating: factor)
    for index in 0..<(count / vectorLanes) {
      let difference = load(a, index) - load(b, index)
      store(load(gradient, index).addingProduct(factors, difference), gradient, index)
    }
  }
}

/// Softmax and cross-entropy of two classes from the logit difference d = foreground − background.
struct Softmax {
  let foreground: Vector
  let background: Vector
  /// −log of the probability of each class.
  let foregroundLoss: Vector
  let backgroundLoss: Vector

  @inline(__always)
  init(_ d: Vector) {
    let positive = d .> 0
    let distance = (-d).replacing(with: d, where: positive)
    let e = expOfNonPositive(-distance)
    let larger = 1 / (1 + e)
    let smaller = e * larger
    foreground = smaller.replacing(with: larger, where: positive)
    background = larger.replacing(with: smaller, where: positive)
    let loss = logOfOnePlus(e)
    foregroundLoss = (loss + distance).replacing(with: loss, where: positive)
    backgroundLoss = loss.replacing(with: loss + distance, where: positive)
  }
}
