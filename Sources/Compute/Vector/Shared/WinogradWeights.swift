import VectorInterface

extension StoredMapKernels {
  public static func transformWinogradWeights(
    _ weights: Floats, rows: [Int32], columns: [Int32], rotated: Bool,
    into transformed: MutableFloats
  ) {
    let stride = rows.count * columns.count
    for vector in 0..<(columns.count / vectorLanes) {
      for (number, row) in rows.enumerated() {
        var kernel = Kernel()
        for lane in 0..<vectorLanes where row >= 0 && columns[vector * vectorLanes + lane] >= 0 {
          let offset = Int(row + columns[vector * vectorLanes + lane])
          kernel.set(lane, weights + offset, rotated: rotated)
        }
        kernel.transform(
          into: transformed
            + weightOffset(vector: vector, row: number, rows: rows.count, columns: columns.count),
          stride: stride)
      }
    }
  }
}

/// Where a register of weights lies for `multiplyTiles`: [pairs of registers][rows][registers of the
/// pair][their lanes]; the last pair may be a single one.
func weightOffset(vector: Int, row: Int, rows: Int, columns: Int) -> Int {
  let pair = vector / 2 * 2
  let width = min(2, columns / vectorLanes - pair)
  return (pair * rows + row * width + vector - pair) * vectorLanes
}

/// A 3 × 3 kernel for each lane.
private struct Kernel {
  private var rows = (
    (Vector.zero, Vector.zero, Vector.zero), (Vector.zero, Vector.zero, Vector.zero),
    (Vector.zero, Vector.zero, Vector.zero)
  )

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func set(_ lane: Int, _ w: Floats, rotated: Bool) {
    let (first, step) = rotated ? (8, -1) : (0, 1)
    rows.0.0[lane] = w[first]
    rows.0.1[lane] = w[first + step]
    rows.0.2[lane] = w[first + 2 * step]
    rows.1.0[lane] = w[first + 3 * step]
    rows.1.1[lane] = w[first + 4 * step]
    rows.1.2[lane] = w[first + 5 * step]
    rows.2.0[lane] = w[first + 6 * step]
    rows.2.1[lane] = w[first + 7 * step]
    rows.2.2[lane] = w[first + 8 * step]
  }

  /// G k Gᵀ.
  @inline(__always)
  func transform(into destination: MutableFloats, stride: Int) {
    let c0 = frequencies(rows.0.0, rows.1.0, rows.2.0)
    let c1 = frequencies(rows.0.1, rows.1.1, rows.2.1)
    let c2 = frequencies(rows.0.2, rows.1.2, rows.2.2)
    storeSix(frequencies(c0.0, c1.0, c2.0), destination, stride)
    storeSix(frequencies(c0.1, c1.1, c2.1), destination + 6 * stride, stride)
    storeSix(frequencies(c0.2, c1.2, c2.2), destination + 12 * stride, stride)
    storeSix(frequencies(c0.3, c1.3, c2.3), destination + 18 * stride, stride)
    storeSix(frequencies(c0.4, c1.4, c2.4), destination + 24 * stride, stride)
    storeSix(frequencies(c0.5, c1.5, c2.5), destination + 30 * stride, stride)
  }
}

private typealias Six = (Vector, Vector, Vector, Vector, Vector, Vector)

/// The values of g0 + g1 x + g2 x² at each point, divided by the product of its distances from the
/// other points.
@inline(__always)
private func frequencies(_ g0: Vector, _ g1: Vector, _ g2: Vector) -> Six {
  let a2 = WinogradPoints.innerSquare
  let b2 = WinogradPoints.outerSquare
  let innerFactor = 1 / (2 * a2 * (a2 - b2))
  let outerFactor = 1 / (2 * b2 * (b2 - a2))
  let innerEven = g0.addingProduct(g2, Vector(repeating: a2)) * innerFactor
  let innerOdd = g1 * (WinogradPoints.inner * innerFactor)
  let outerEven = g0.addingProduct(g2, Vector(repeating: b2)) * outerFactor
  let outerOdd = g1 * (WinogradPoints.outer * outerFactor)
  return (
    g0 * (1 / WinogradPoints.squareProduct), innerEven + innerOdd, innerEven - innerOdd,
    outerEven + outerOdd, outerEven - outerOdd, g2
  )
}

@inline(__always)
private func storeSix(_ six: Six, _ destination: MutableFloats, _ stride: Int) {
  store(six.0, destination, 0)
  store(six.1, destination + stride, 0)
  store(six.2, destination + 2 * stride, 0)
  store(six.3, destination + 3 * stride, 0)
  store(six.4, destination + 4 * stride, 0)
  store(six.5, destination + 5 * stride, 0)
}
