import VectorInterface

extension Implementation {
  public static func normalizeRows(
    planes: MutableFloats, channels: Int, positions: Int, inverseNorms: MutableFloats
  ) {
    for index in 0..<(positions / vectorLanes) {
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
    query: Floats, keyPlanes: Floats, keyRows: Floats, sameRows: Floats, inverseNorms: Floats,
    positions: Int,
    inverseTemperature: Float, factor: Float, gradient: MutableFloats
  ) -> Double {
    var total = 0.0
    for index in 0..<(positions / vectorLanes) {
      let losses = contrastQueries(
        query: query, keyPlanes: keyPlanes, keyRows: keyRows, sameRows: sameRows,
        inverseNorms: inverseNorms,
        positions: positions, index: index, inverseTemperature: inverseTemperature,
        factor: factor, gradient: gradient)
      addInOrder(losses, to: &total)
    }
    return total
  }

  /// A register of queries against every key, once through, nothing of the similarity matrix kept: unit
  /// vectors bound each similarity by 1/τ, so exponents are taken relative to that bound.
  @inline(__always)
  private static func contrastQueries(
    query: Floats, keyPlanes: Floats, keyRows: Floats, sameRows: Floats, inverseNorms: Floats,
    positions: Int,
    index: Int, inverseTemperature: Float, factor: Float, gradient: MutableFloats
  ) -> Vector {
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
    for tile in 0..<(positions / 8) {
      let keys = keyRows + tile * 128
      var e = q.dots(keys)
      e.apply { exp2(bound.addingProduct($0, toExponent)) }
      partition += e.sum
      weighted.addScaled(sameRows + tile * 128, e)
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
    return log(partition) + (1 - positive) * inverseT
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

  /// Products with eight keys of sixteen values, one after the other.
  @inline(__always)
  func dots(_ keys: Floats) -> EightKeys {
    var dots = EightKeys()
    dots.add(v.0, keys)
    dots.add(v.1, keys + 1)
    dots.add(v.2, keys + 2)
    dots.add(v.3, keys + 3)
    dots.add(v.4, keys + 4)
    dots.add(v.5, keys + 5)
    dots.add(v.6, keys + 6)
    dots.add(v.7, keys + 7)
    dots.add(v.8, keys + 8)
    dots.add(v.9, keys + 9)
    dots.add(v.10, keys + 10)
    dots.add(v.11, keys + 11)
    dots.add(v.12, keys + 12)
    dots.add(v.13, keys + 13)
    dots.add(v.14, keys + 14)
    dots.add(v.15, keys + 15)
    return dots
  }

  @inline(__always)
  mutating func addScaled(_ keys: Floats, _ e: EightKeys) {
    addScaled(keys, e.v0)
    addScaled(keys + 16, e.v1)
    addScaled(keys + 32, e.v2)
    addScaled(keys + 48, e.v3)
    addScaled(keys + 64, e.v4)
    addScaled(keys + 80, e.v5)
    addScaled(keys + 96, e.v6)
    addScaled(keys + 112, e.v7)
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

/// What a register of queries has to do with eight keys.
private struct EightKeys {
  var v0 = Vector.zero
  var v1 = Vector.zero
  var v2 = Vector.zero
  var v3 = Vector.zero
  var v4 = Vector.zero
  var v5 = Vector.zero
  var v6 = Vector.zero
  var v7 = Vector.zero

  /// Adds one channel of the queries times that channel of eight keys, 16 values apart.
  @inline(__always)
  mutating func add(_ query: Vector, _ keys: Floats) {
    v0.addProduct(query, Vector(repeating: keys[0]))
    v1.addProduct(query, Vector(repeating: keys[16]))
    v2.addProduct(query, Vector(repeating: keys[32]))
    v3.addProduct(query, Vector(repeating: keys[48]))
    v4.addProduct(query, Vector(repeating: keys[64]))
    v5.addProduct(query, Vector(repeating: keys[80]))
    v6.addProduct(query, Vector(repeating: keys[96]))
    v7.addProduct(query, Vector(repeating: keys[112]))
  }

  @inline(__always)
  mutating func apply(_ function: (Vector) -> Vector) {
    (v0, v1, v2, v3) = (function(v0), function(v1), function(v2), function(v3))
    (v4, v5, v6, v7) = (function(v4), function(v5), function(v6), function(v7))
  }

  var sum: Vector {
    @inline(__always)
    get { ((v0 + v1) + (v2 + v3)) + ((v4 + v5) + (v6 + v7)) }
  }
}
