import VectorInterface

/// F(4 × 4, 3 × 3): 36 products for 16 pixels, with the points 0, ±5/8, ±3/2 and ∞, in this order.
/// Their squares and products are exact in Float, and they lose half as many digits as the usual 0, ±1,
/// ±2 and ∞ (compare Barabasz et al. 2020, "Error analysis and improving the accuracy of Winograd
/// convolution").
enum SmallTile {
  private static var inner: Float { 0.625 }
  private static var outer: Float { 1.5 }
  private static var innerSquare: Float { 0.390625 }
  private static var outerSquare: Float { 2.25 }
  private static var innerCube: Float { 0.244140625 }
  private static var outerCube: Float { 3.375 }
  private static var squareProduct: Float { 0.87890625 }
  private static var squareSum: Float { 2.640625 }

  // MARK: Input

  @inline(__always)
  static func transformPatch(
    _ pixels: Floats, rowStride: Int, into destination: MutableFloats, stride: Int
  ) {
    /// Two rows of frequencies at a time, because more would not stay in registers.
    @inline(__always)
    func storeRows(_ upper: Int, _ lower: Int, _ column: (Int) -> (Vector, Vector)) {
      let (c0, c1, c2) = (column(0), column(1), column(2))
      let (c3, c4, c5) = (column(3), column(4), column(5))
      storeSix(
        values((c0.0, c1.0, c2.0, c3.0, c4.0, c5.0)), destination + 6 * upper * stride, stride)
      storeSix(
        values((c0.1, c1.1, c2.1, c3.1, c4.1, c5.1)), destination + 6 * lower * stride, stride)
    }
    @inline(__always)
    func pixel(_ row: Int, _ column: Int) -> Vector {
      load(pixels + (row * rowStride + column) * lanes, 0)
    }
    storeRows(1, 2) { x in
      pair(pixel(1, x), pixel(2, x), pixel(3, x), pixel(4, x), outerSquare, inner)
    }
    storeRows(3, 4) { x in
      pair(pixel(1, x), pixel(2, x), pixel(3, x), pixel(4, x), innerSquare, outer)
    }
    storeRows(0, 5) { x in
      (
        edge(pixel(0, x), pixel(2, x), pixel(4, x)), edge(pixel(1, x), pixel(3, x), pixel(5, x))
      )
    }
  }

  /// The frequencies of six pixels in a line.
  @inline(__always)
  private static func values(_ d: Six) -> Six {
    let inners = pair(d.1, d.2, d.3, d.4, outerSquare, inner)
    let outers = pair(d.1, d.2, d.3, d.4, innerSquare, outer)
    return (
      edge(d.0, d.2, d.4), inners.0, inners.1, outers.0, outers.1, edge(d.1, d.3, d.5)
    )
  }

  /// Those of a pair of opposite points.
  @inline(__always)
  private static func pair(
    _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ otherSquare: Float, _ point: Float
  ) -> (Vector, Vector) {
    let even = sum(d4, d2, times: -otherSquare)
    let odd = sum(d3, d1, times: -otherSquare)
    return (sum(even, odd, times: point), sum(even, odd, times: -point))
  }

  /// That of 0 from even pixels, that of ∞ from odd ones.
  @inline(__always)
  private static func edge(_ d0: Vector, _ d2: Vector, _ d4: Vector) -> Vector {
    sum(sum(d4, d2, times: -squareSum), d0, times: squareProduct)
  }

  // MARK: Output

  @inline(__always)
  static func transformProducts(
    _ products: Floats, stride: Int, bias: Vector, into pixels: MutableFloats, rowStride: Int
  ) {
    @inline(__always)
    func product(_ row: Int, _ column: Int) -> Vector {
      load(products + (6 * row + column) * stride, 0)
    }
    @inline(__always)
    func storePixels(_ row: Int, _ m: Six) {
      let even = evenPixels(m.0, m.1 + m.2, m.3 + m.4)
      let odd = oddPixels(m.1 - m.2, m.3 - m.4, m.5)
      let line = pixels + row * rowStride * lanes
      store(even.0 + bias, line, 0)
      store(odd.0 + bias, line + lanes, 0)
      store(even.1 + bias, line + 2 * lanes, 0)
      store(odd.1 + bias, line + 3 * lanes, 0)
    }
    /// Two rows of pixels, from `row` in a step of two.
    @inline(__always)
    func storeRows(_ row: Int, _ column: (Int) -> (Vector, Vector)) {
      let (c0, c1, c2) = (column(0), column(1), column(2))
      let (c3, c4, c5) = (column(3), column(4), column(5))
      storePixels(row, (c0.0, c1.0, c2.0, c3.0, c4.0, c5.0))
      storePixels(row + 2, (c0.1, c1.1, c2.1, c3.1, c4.1, c5.1))
    }
    storeRows(0) { x in
      evenPixels(product(0, x), product(1, x) + product(2, x), product(3, x) + product(4, x))
    }
    storeRows(1) { x in
      oddPixels(product(1, x) - product(2, x), product(3, x) - product(4, x), product(5, x))
    }
  }

  /// Pixels 0 and 2: even powers of the points, so sums over opposite points.
  @inline(__always)
  private static func evenPixels(
    _ zero: Vector, _ inners: Vector, _ outers: Vector
  ) -> (Vector, Vector) {
    (zero + inners + outers, sum(inners * innerSquare, outers, times: outerSquare))
  }

  /// Pixels 1 and 3: odd powers, so differences of opposite points.
  @inline(__always)
  private static func oddPixels(
    _ inners: Vector, _ outers: Vector, _ infinite: Vector
  ) -> (Vector, Vector) {
    (
      sum(inners * inner, outers, times: outer),
      sum(sum(infinite, inners, times: innerCube), outers, times: outerCube)
    )
  }

  // MARK: Gradient

  @inline(__always)
  static func transformGradient(
    _ pixels: Floats, rowStride: Int, into destination: MutableFloats, stride: Int
  ) {
    @inline(__always)
    func column(_ x: Int) -> Six {
      let p = pixels + x * lanes
      let row = rowStride * lanes
      return spread(load(p, 0), load(p + row, 0), load(p + 2 * row, 0), load(p + 3 * row, 0))
    }
    let (c0, c1, c2, c3) = (column(0), column(1), column(2), column(3))
    let target = destination
    storeSix(spread(c0.0, c1.0, c2.0, c3.0), target, stride)
    storeSix(spread(c0.1, c1.1, c2.1, c3.1), target + 6 * stride, stride)
    storeSix(spread(c0.2, c1.2, c2.2, c3.2), target + 12 * stride, stride)
    storeSix(spread(c0.3, c1.3, c2.3, c3.3), target + 18 * stride, stride)
    storeSix(spread(c0.4, c1.4, c2.4, c3.4), target + 24 * stride, stride)
    storeSix(spread(c0.5, c1.5, c2.5, c3.5), target + 30 * stride, stride)
  }

  /// The values of p0 + p1·x + p2·x² + p3·x³ at the points.
  @inline(__always)
  private static func spread(_ p0: Vector, _ p1: Vector, _ p2: Vector, _ p3: Vector) -> Six {
    @inline(__always)
    func pair(_ point: Float, _ square: Float) -> (Vector, Vector) {
      let even = sum(p0, p2, times: square)
      let odd = sum(p1, p3, times: square)
      return (sum(even, odd, times: point), sum(even, odd, times: -point))
    }
    let inners = pair(inner, innerSquare)
    let outers = pair(outer, outerSquare)
    return (p0, inners.0, inners.1, outers.0, outers.1, p3)
  }

  // MARK: Kernels

  /// What the values at ±5/8 and ±3/2 are multiplied by: one over the product of a point's distances
  /// from the others.
  private static var innerFactor: Float { 1 / (2 * innerSquare * (innerSquare - outerSquare)) }
  private static var outerFactor: Float { 1 / (2 * outerSquare * (outerSquare - innerSquare)) }

  @inline(__always)
  static func transformKernel(_ kernel: Kernel, into destination: MutableFloats, stride: Int) {
    let k = kernel.rows
    let c0 = frequencies(k.0.0, k.1.0, k.2.0)
    let c1 = frequencies(k.0.1, k.1.1, k.2.1)
    let c2 = frequencies(k.0.2, k.1.2, k.2.2)
    storeSix(frequencies(c0.0, c1.0, c2.0), destination, stride)
    storeSix(frequencies(c0.1, c1.1, c2.1), destination + 6 * stride, stride)
    storeSix(frequencies(c0.2, c1.2, c2.2), destination + 12 * stride, stride)
    storeSix(frequencies(c0.3, c1.3, c2.3), destination + 18 * stride, stride)
    storeSix(frequencies(c0.4, c1.4, c2.4), destination + 24 * stride, stride)
    storeSix(frequencies(c0.5, c1.5, c2.5), destination + 30 * stride, stride)
  }

  /// The values of g0 + g1·x + g2·x² at the points, multiplied.
  @inline(__always)
  private static func frequencies(_ g0: Vector, _ g1: Vector, _ g2: Vector) -> Six {
    @inline(__always)
    func pair(_ point: Float, _ square: Float, _ factor: Float) -> (Vector, Vector) {
      let even = sum(g0, g2, times: square) * factor
      let odd = g1 * (point * factor)
      return (even + odd, even - odd)
    }
    let inners = pair(inner, innerSquare, innerFactor)
    let outers = pair(outer, outerSquare, outerFactor)
    return (g0 * (1 / squareProduct), inners.0, inners.1, outers.0, outers.1, g2)
  }

  @inline(__always)
  static func transformKernelGradient(
    _ sums: Floats, stride: Int, into taps: MutableFloats, tapStride: Int
  ) {
    @inline(__always)
    func column(_ x: Int) -> Three {
      let s = sums + x * stride
      let row = 6 * stride
      return gather(
        (
          load(s, 0), load(s + row, 0), load(s + 2 * row, 0), load(s + 3 * row, 0),
          load(s + 4 * row, 0), load(s + 5 * row, 0)
        ))
    }
    let (c0, c1, c2) = (column(0), column(1), column(2))
    let (c3, c4, c5) = (column(3), column(4), column(5))
    @inline(__always)
    func storeTaps(_ row: Int, _ values: Three) {
      store(values.0, taps + 3 * row * tapStride, 0)
      store(values.1, taps + (3 * row + 1) * tapStride, 0)
      store(values.2, taps + (3 * row + 2) * tapStride, 0)
    }
    storeTaps(0, gather((c0.0, c1.0, c2.0, c3.0, c4.0, c5.0)))
    storeTaps(1, gather((c0.1, c1.1, c2.1, c3.1, c4.1, c5.1)))
    storeTaps(2, gather((c0.2, c1.2, c2.2, c3.2, c4.2, c5.2)))
  }

  /// The adjoint of `frequencies`.
  @inline(__always)
  private static func gather(_ f: Six) -> Three {
    let inners = (f.1 + f.2) * innerFactor
    let outers = (f.3 + f.4) * outerFactor
    let innerDifference = (f.1 - f.2) * (inner * innerFactor)
    let outerDifference = (f.3 - f.4) * (outer * outerFactor)
    return (
      (f.0 * (1 / squareProduct)) + inners + outers, innerDifference + outerDifference,
      sum(sum(f.5, inners, times: innerSquare), outers, times: outerSquare)
    )
  }
}
