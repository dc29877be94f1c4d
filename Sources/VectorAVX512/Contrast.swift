import VectorInterface

extension Implementation {
  public static func normalizeRows(
    planes: MutableFloats, channels: Int, positions: Int, inverseNorms: MutableFloats
  ) {
    for index in 0..<(positions / lanes) {
      var square = Vector.zero
      for channel in 0..<channels {
        let value = load(planes + channel * positions, index)
        square.addProduct(value, value)
      }
      let norm = square.squareRoot()
      let floor = Vector(repeating: 1e-12)
      let inverse = 1 / norm.replacing(with: floor, where: norm .< floor)
      store(inverse, inverseNorms, index)
      for channel in 0..<channels {
        let plane = planes + channel * positions
        store(load(plane, index) * inverse, plane, index)
      }
    }
  }

  public static func contrast(
    query: Floats, keyPlanes: Floats, keyRows: Floats, inverseNorms: Floats, positions: Int,
    inverseTemperature: Float, factor: Float, gradient: MutableFloats
  ) -> Double {
    var total = 0.0
    for index in 0..<(positions / lanes) {
      total += contrastBlock(
        query: query, keyPlanes: keyPlanes, keyRows: keyRows, inverseNorms: inverseNorms,
        positions: positions, index: index, inverseTemperature: inverseTemperature,
        factor: factor, gradient: gradient)
    }
    return total
  }

  /// `lanes` queries against every key, once through, nothing of the similarity matrix kept: unit
  /// vectors bound each similarity by 1/τ, so exponents are taken relative to that bound.
  @inline(__always)
  private static func contrastBlock(
    query: Floats, keyPlanes: Floats, keyRows: Floats, inverseNorms: Floats, positions: Int,
    index: Int, inverseTemperature: Float, factor: Float, gradient: MutableFloats
  ) -> Double {
    let log2e: Float = 1.44269504
    var q = Sixteen()
    var weighted = Sixteen()
    var positive = Vector.zero
    q.fill { load(query + $0 * positions, index) }
    for channel in 0..<16 {
      positive.addProduct(q[channel], load(keyPlanes + channel * positions, index))
    }
    let toExponent = Vector(repeating: inverseTemperature * log2e)
    let bound = Vector(repeating: -inverseTemperature * log2e)
    var partition = Vector.zero
    for j in 0..<positions {
      let key = keyRows + j * 16
      let e = exp2(bound.addingProduct(q.dot(key), toExponent))
      partition += e
      weighted.addScaled(key, e)
    }
    let inversePartition = 1 / partition
    let scale = Vector(repeating: factor * inverseTemperature)
    var along = Vector.zero
    var difference = Sixteen()
    difference.fill {
      let key = load(keyPlanes + $0 * positions, index)
      let value = (weighted[$0] * inversePartition - key) * scale
      along.addProduct(value, q[$0])
      return value
    }
    let inverse = load(inverseNorms, index)
    for channel in 0..<16 {
      let value = (difference[channel] - q[channel] * along) * inverse
      store(value, gradient + channel * positions, index)
    }
    let inverseT = Vector(repeating: inverseTemperature)
    return laneSum(log(partition) + (1 - positive) * inverseT)
  }
}

/// Sixteen vectors that stay in registers: one for each feature channel.
private struct Sixteen {
  private var v:
    (
      Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector,
      Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector
    ) = (
      .zero, .zero, .zero, .zero, .zero, .zero, .zero, .zero,
      .zero, .zero, .zero, .zero, .zero, .zero, .zero, .zero
    )

  @inline(__always)
  init() {}

  @inline(__always)
  subscript(channel: Int) -> Vector {
    switch channel {
    case 0: v.0
    case 1: v.1
    case 2: v.2
    case 3: v.3
    case 4: v.4
    case 5: v.5
    case 6: v.6
    case 7: v.7
    case 8: v.8
    case 9: v.9
    case 10: v.10
    case 11: v.11
    case 12: v.12
    case 13: v.13
    case 14: v.14
    default: v.15
    }
  }

  @inline(__always)
  mutating func fill(_ value: (Int) -> Vector) {
    v = (
      value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7),
      value(8), value(9), value(10), value(11), value(12), value(13), value(14), value(15)
    )
  }

  @inline(__always)
  func dot(_ key: Floats) -> Vector {
    var even = v.0 * key[0]
    var odd = v.1 * key[1]
    even.addProduct(v.2, Vector(repeating: key[2]))
    odd.addProduct(v.3, Vector(repeating: key[3]))
    even.addProduct(v.4, Vector(repeating: key[4]))
    odd.addProduct(v.5, Vector(repeating: key[5]))
    even.addProduct(v.6, Vector(repeating: key[6]))
    odd.addProduct(v.7, Vector(repeating: key[7]))
    even.addProduct(v.8, Vector(repeating: key[8]))
    odd.addProduct(v.9, Vector(repeating: key[9]))
    even.addProduct(v.10, Vector(repeating: key[10]))
    odd.addProduct(v.11, Vector(repeating: key[11]))
    even.addProduct(v.12, Vector(repeating: key[12]))
    odd.addProduct(v.13, Vector(repeating: key[13]))
    even.addProduct(v.14, Vector(repeating: key[14]))
    odd.addProduct(v.15, Vector(repeating: key[15]))
    return even + odd
  }

  @inline(__always)
  mutating func addScaled(_ key: Floats, _ e: Vector) {
    v.0.addProduct(e, Vector(repeating: key[0]))
    v.1.addProduct(e, Vector(repeating: key[1]))
    v.2.addProduct(e, Vector(repeating: key[2]))
    v.3.addProduct(e, Vector(repeating: key[3]))
    v.4.addProduct(e, Vector(repeating: key[4]))
    v.5.addProduct(e, Vector(repeating: key[5]))
    v.6.addProduct(e, Vector(repeating: key[6]))
    v.7.addProduct(e, Vector(repeating: key[7]))
    v.8.addProduct(e, Vector(repeating: key[8]))
    v.9.addProduct(e, Vector(repeating: key[9]))
    v.10.addProduct(e, Vector(repeating: key[10]))
    v.11.addProduct(e, Vector(repeating: key[11]))
    v.12.addProduct(e, Vector(repeating: key[12]))
    v.13.addProduct(e, Vector(repeating: key[13]))
    v.14.addProduct(e, Vector(repeating: key[14]))
    v.15.addProduct(e, Vector(repeating: key[15]))
  }
}
