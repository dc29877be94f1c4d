import VectorInterface

/// Nine vectors that stay in registers, one for each tap of a 3 × 3 kernel in raster order.
private struct Taps {
  var v0 = Vector.zero
  var v1 = Vector.zero
  var v2 = Vector.zero
  var v3 = Vector.zero
  var v4 = Vector.zero
  var v5 = Vector.zero
  var v6 = Vector.zero
  var v7 = Vector.zero
  var v8 = Vector.zero

  @inline(__always)
  init() {}

  /// Weights of one plane and one register of channels, `stride` values apart.
  @inline(__always)
  init(_ weights: Floats, stride: Int) {
    v0 = load(weights, 0)
    v1 = load(weights + stride, 0)
    v2 = load(weights + 2 * stride, 0)
    v3 = load(weights + 3 * stride, 0)
    v4 = load(weights + 4 * stride, 0)
    v5 = load(weights + 5 * stride, 0)
    v6 = load(weights + 6 * stride, 0)
    v7 = load(weights + 7 * stride, 0)
    v8 = load(weights + 8 * stride, 0)
  }

  /// sum + Σ taps · the 3 × 3 values from `corner` on.
  @inline(__always)
  func convolved(_ corner: Floats, width: Int, onto sum: Vector) -> Vector {
    let (middle, lower) = (corner + width, corner + 2 * width)
    var sum = sum
    sum.addProduct(v0, Vector(repeating: corner[0]))
    sum.addProduct(v1, Vector(repeating: corner[1]))
    sum.addProduct(v2, Vector(repeating: corner[2]))
    sum.addProduct(v3, Vector(repeating: middle[0]))
    sum.addProduct(v4, Vector(repeating: middle[1]))
    sum.addProduct(v5, Vector(repeating: middle[2]))
    sum.addProduct(v6, Vector(repeating: lower[0]))
    sum.addProduct(v7, Vector(repeating: lower[1]))
    sum.addProduct(v8, Vector(repeating: lower[2]))
    return sum
  }

  /// Adds `value` times the 3 × 3 values from `corner` on.
  @inline(__always)
  mutating func addCorrelation(_ corner: Floats, width: Int, with value: Vector) {
    let (middle, lower) = (corner + width, corner + 2 * width)
    v0.addProduct(value, Vector(repeating: corner[0]))
    v1.addProduct(value, Vector(repeating: corner[1]))
    v2.addProduct(value, Vector(repeating: corner[2]))
    v3.addProduct(value, Vector(repeating: middle[0]))
    v4.addProduct(value, Vector(repeating: middle[1]))
    v5.addProduct(value, Vector(repeating: middle[2]))
    v6.addProduct(value, Vector(repeating: lower[0]))
    v7.addProduct(value, Vector(repeating: lower[1]))
    v8.addProduct(value, Vector(repeating: lower[2]))
  }

  /// Σ over taps of taps · the vectors of three neighbours in each of three rows.
  @inline(__always)
  func dot(_ rows: (Floats, Floats, Floats), at column: Int) -> Vector {
    let place = column * lanes
    let (upper, middle, lower) = (rows.0 + place, rows.1 + place, rows.2 + place)
    var first = v0 * load(upper, 0)
    var second = v1 * load(upper + lanes, 0)
    var third = v2 * load(upper + 2 * lanes, 0)
    first.addProduct(v3, load(middle, 0))
    second.addProduct(v4, load(middle + lanes, 0))
    third.addProduct(v5, load(middle + 2 * lanes, 0))
    first.addProduct(v6, load(lower, 0))
    second.addProduct(v7, load(lower + lanes, 0))
    third.addProduct(v8, load(lower + 2 * lanes, 0))
    return first + second + third
  }

  /// Adds each tap's lanes to Doubles, `stride` values apart.
  @inline(__always)
  func add(to sums: MutableDoubles, stride: Int) {
    addLanes(v0, to: sums)
    addLanes(v1, to: sums + stride)
    addLanes(v2, to: sums + 2 * stride)
    addLanes(v3, to: sums + 3 * stride)
    addLanes(v4, to: sums + 4 * stride)
    addLanes(v5, to: sums + 5 * stride)
    addLanes(v6, to: sums + 6 * stride)
    addLanes(v7, to: sums + 7 * stride)
    addLanes(v8, to: sums + 8 * stride)
  }
}

extension StoredMapKernels {
  public static func convolvePlanes(
    _ padded: Floats, planes: Int, weights: Floats, bias: Floats, into output: MutableMap,
    height: Int, width: Int, blocks: Int
  ) {
    let step = width + 2
    let second = padded + (height + 2) * step
    let stored = blocks * lanes
    for block in 0..<blocks {
      let target = output + block * height * width * blockBytes
      for row in 0..<height {
        for part in 0..<vectorsPerBlock {
          let channel = block * lanes + part * vectorLanes
          let taps = Taps(weights + channel, stride: stored)
          let start = load(bias + channel, 0)
          let pixels = target + row * width * blockBytes + part * vectorBytes
          if planes == 1 {
            for column in 0..<width {
              let sum = taps.convolved(padded + row * step + column, width: step, onto: start)
              Element.storeVector(sum, pixels, column)
            }
          } else {
            let others = Taps(weights + 9 * stored + channel, stride: stored)
            for column in 0..<width {
              let place = row * step + column
              let sum = others.convolved(
                second + place, width: step,
                onto: taps.convolved(padded + place, width: step, onto: start))
              Element.storeVector(sum, pixels, column)
            }
          }
        }
      }
    }
  }

  public static func convolveToPlanes(
    _ x: ConvolutionInput, weights: Floats, bias: Floats, planes: Int, into output: MutableFloats,
    height: Int,
    width: Int, accumulating: Bool, rows: MutableFloats
  ) {
    let stored = x.blocks * lanes
    let rowCount = (width + 2) * lanes
    for block in 0..<x.blocks {
      let adds = accumulating || block > 0
      for row in -1...height {
        fillRow(
          rows + (row + 3) % 3 * rowCount, from: x, block: block, row: row, height: height,
          width: width)
        guard row > 0 else { continue }
        let neighbours = (
          Floats(rows + (row + 1) % 3 * rowCount), Floats(rows + (row + 2) % 3 * rowCount),
          Floats(rows + row % 3 * rowCount)
        )
        for plane in 0..<planes {
          convolveRow(
            neighbours, weights: weights + plane * 9 * stored + block * lanes, stride: stored,
            bias: block == 0 ? bias[plane] : 0, width: width, adds: adds,
            into: output + (plane * height + row - 1) * width)
        }
      }
    }
  }

  /// One row of one plane from three rows of a block: eight pixels at a time, whose lanes are summed
  /// by halves of a block, the lower before the upper.
  @inline(__always)
  private static func convolveRow(
    _ rows: (Floats, Floats, Floats), weights: Floats, stride step: Int, bias: Float, width: Int,
    adds: Bool, into target: MutableFloats
  ) {
    for column in stride(from: 0, to: width, by: 8) {
      var halves = (low: SIMD8<Float>.zero, high: SIMD8<Float>.zero)
      for part in 0..<vectorsPerBlock {
        let taps = Taps(weights + part * vectorLanes, stride: step)
        let offset = part * vectorLanes
        let places = (rows.0 + offset, rows.1 + offset, rows.2 + offset)
        let sums = laneSums(
          taps.dot(places, at: column), taps.dot(places, at: column + 1),
          taps.dot(places, at: column + 2), taps.dot(places, at: column + 3),
          taps.dot(places, at: column + 4), taps.dot(places, at: column + 5),
          taps.dot(places, at: column + 6), taps.dot(places, at: column + 7))
        setHalves(sums, part, &halves)
      }
      let place = UnsafeMutableRawPointer(target + column)
      let old = adds ? place.loadUnaligned(as: SIMD8<Float>.self) : .zero
      place.storeBytes(
        of: old + ((halves.low + halves.high) + bias), as: SIMD8<Float>.self)
    }
  }

  /// One row of a block as Floats, with a pixel of zeros on both sides; rows outside are zero.
  @inline(__always)
  private static func fillRow(
    _ target: MutableFloats, from x: ConvolutionInput, block: Int, row: Int, height: Int,
    width: Int
  ) {
    guard row >= 0 && row < height else {
      return target.update(repeating: 0, count: (width + 2) * lanes)
    }
    storeBlock(.zero, target, 0)
    read(
      x, block: block, pixels: height * width, range: (row * width)..<((row + 1) * width),
      into: target + lanes)
    storeBlock(.zero, target, width + 1)
  }

  public static func correlatePlanes(
    _ padded: Floats, planes: Int, with y: ConvolutionInput, height: Int, width: Int,
    rowBuffer: MutableFloats, sums: MutableDoubles
  ) {
    let blocks = y.blocks
    let step = width + 2
    let second = padded + (height + 2) * step
    let stored = blocks * lanes
    for block in 0..<blocks {
      for row in 0..<height {
        read(
          y, block: block, pixels: height * width, range: (row * width)..<((row + 1) * width),
          into: rowBuffer)
        for part in 0..<vectorsPerBlock {
          let pixels = rowBuffer + part * vectorLanes
          let target = sums + block * lanes + part * vectorLanes
          var taps = Taps()
          var others = Taps()
          var plain = Vector.zero
          for column in 0..<width {
            let value = load(pixels + column * lanes, 0)
            let place = row * step + column
            taps.addCorrelation(padded + place, width: step, with: value)
            if planes == 2 { others.addCorrelation(second + place, width: step, with: value) }
            plain += value
          }
          taps.add(to: target, stride: stored)
          if planes == 2 { others.add(to: target + 9 * stored, stride: stored) }
          addLanes(plain, to: target + 9 * planes * stored)
        }
      }
    }
  }
}
