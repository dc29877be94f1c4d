import VectorInterface

/// F(6 × 6, 3 × 3): 64 products for 36 pixels, with the points 0, ±½, ±1, ±2 and ∞, in this order.
/// They are the best of all symmetric ones of up to four fractional bits, whose squares and products
/// are exact in Float; errors are four times those of `SmallTile`. Each pair of opposite points shares
/// its even and odd parts.
enum LargeTile {
  // MARK: Input

  @inline(__always)
  static func transformPatch(
    _ pixels: Floats, rowStride: Int, into destination: MutableFloats, stride: Int
  ) {
    /// Two rows of frequencies at a time, because more would not stay in registers.
    @inline(__always)
    func storeRows(_ upper: Int, _ lower: Int, _ column: (Int) -> (Vector, Vector)) {
      let (c0, c1, c2, c3) = (column(0), column(1), column(2), column(3))
      let (c4, c5, c6, c7) = (column(4), column(5), column(6), column(7))
      storeEight(
        values((c0.0, c1.0, c2.0, c3.0, c4.0, c5.0, c6.0, c7.0)),
        destination + 8 * upper * stride, stride)
      storeEight(
        values((c0.1, c1.1, c2.1, c3.1, c4.1, c5.1, c6.1, c7.1)),
        destination + 8 * lower * stride, stride)
    }
    @inline(__always)
    func pixel(_ row: Int, _ column: Int) -> Vector {
      load(pixels + (row * rowStride + column) * lanes, 0)
    }
    storeRows(1, 2) { x in
      halves(pixel(1, x), pixel(2, x), pixel(3, x), pixel(4, x), pixel(5, x), pixel(6, x))
    }
    storeRows(3, 4) { x in
      ones(pixel(1, x), pixel(2, x), pixel(3, x), pixel(4, x), pixel(5, x), pixel(6, x))
    }
    storeRows(5, 6) { x in
      twos(pixel(1, x), pixel(2, x), pixel(3, x), pixel(4, x), pixel(5, x), pixel(6, x))
    }
    storeRows(0, 7) { x in
      (
        edge(pixel(0, x), pixel(2, x), pixel(4, x), pixel(6, x)),
        edge(pixel(7, x), pixel(5, x), pixel(3, x), pixel(1, x))
      )
    }
  }

  /// The frequencies of eight pixels in a line.
  @inline(__always)
  private static func values(_ d: Eight) -> Eight {
    let half = halves(d.1, d.2, d.3, d.4, d.5, d.6)
    let one = ones(d.1, d.2, d.3, d.4, d.5, d.6)
    let two = twos(d.1, d.2, d.3, d.4, d.5, d.6)
    return (
      edge(d.0, d.2, d.4, d.6), half.0, half.1, one.0, one.1, two.0, two.1,
      edge(d.7, d.5, d.3, d.1)
    )
  }

  /// Those of ±½.
  @inline(__always)
  private static func halves(
    _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ d5: Vector, _ d6: Vector
  ) -> (Vector, Vector) {
    let even = sum(sum(d6, d4, times: -5), d2, times: 4)
    let odd = sum(sum(d5, d3, times: -5), d1, times: 4)
    return (sum(even, odd, times: 0.5), sum(even, odd, times: -0.5))
  }

  /// Those of ±1.
  @inline(__always)
  private static func ones(
    _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ d5: Vector, _ d6: Vector
  ) -> (Vector, Vector) {
    let even = sum(d6 + d2, d4, times: -4.25)
    let odd = sum(d5 + d1, d3, times: -4.25)
    return (even + odd, even - odd)
  }

  /// Those of ±2.
  @inline(__always)
  private static func twos(
    _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ d5: Vector, _ d6: Vector
  ) -> (Vector, Vector) {
    let even = sum(sum(d6, d4, times: -1.25), d2, times: 0.25)
    let odd = sum(sum(d5, d3, times: -1.25), d1, times: 0.25)
    return (sum(even, odd, times: 2), sum(even, odd, times: -2))
  }

  /// That of 0 from even pixels; that of ∞ from odd ones, the last first.
  @inline(__always)
  private static func edge(_ d0: Vector, _ d2: Vector, _ d4: Vector, _ d6: Vector) -> Vector {
    sum(d0 - d6, d4 - d2, times: 5.25)
  }

  // MARK: Output

  @inline(__always)
  static func transformProducts(
    _ products: Floats, stride: Int, bias: Vector, into pixels: MutableFloats, rowStride: Int
  ) {
    @inline(__always)
    func product(_ row: Int, _ column: Int) -> Vector {
      load(products + (8 * row + column) * stride, 0)
    }
    @inline(__always)
    func storePixels(_ row: Int, _ m: Eight) {
      let even = evenPixels(m.0, m.1 + m.2, m.3 + m.4, m.5 + m.6)
      let odd = oddPixels(m.1 - m.2, m.3 - m.4, m.5 - m.6, m.7)
      let line = pixels + row * rowStride * lanes
      store(even.0 + bias, line, 0)
      store(odd.0 + bias, line + lanes, 0)
      store(even.1 + bias, line + 2 * lanes, 0)
      store(odd.1 + bias, line + 3 * lanes, 0)
      store(even.2 + bias, line + 4 * lanes, 0)
      store(odd.2 + bias, line + 5 * lanes, 0)
    }
    /// Three rows of pixels, from `row` in steps of two.
    @inline(__always)
    func storeRows(_ row: Int, _ column: (Int) -> Three) {
      let (c0, c1, c2, c3) = (column(0), column(1), column(2), column(3))
      let (c4, c5, c6, c7) = (column(4), column(5), column(6), column(7))
      storePixels(row, (c0.0, c1.0, c2.0, c3.0, c4.0, c5.0, c6.0, c7.0))
      storePixels(row + 2, (c0.1, c1.1, c2.1, c3.1, c4.1, c5.1, c6.1, c7.1))
      storePixels(row + 4, (c0.2, c1.2, c2.2, c3.2, c4.2, c5.2, c6.2, c7.2))
    }
    storeRows(0) { x in
      evenPixels(
        product(0, x), product(1, x) + product(2, x), product(3, x) + product(4, x),
        product(5, x) + product(6, x))
    }
    storeRows(1) { x in
      oddPixels(
        product(1, x) - product(2, x), product(3, x) - product(4, x),
        product(5, x) - product(6, x), product(7, x))
    }
  }

  /// Pixels 0, 2 and 4: even powers of the points, so sums over opposite points.
  @inline(__always)
  private static func evenPixels(
    _ zero: Vector, _ halves: Vector, _ ones: Vector, _ twos: Vector
  ) -> Three {
    (
      zero + halves + ones + twos, sum(sum(ones, halves, times: 0.25), twos, times: 4),
      sum(sum(ones, halves, times: 0.0625), twos, times: 16)
    )
  }

  /// Pixels 1, 3 and 5: odd powers, so differences of opposite points.
  @inline(__always)
  private static func oddPixels(
    _ halves: Vector, _ ones: Vector, _ twos: Vector, _ infinite: Vector
  ) -> Three {
    (
      sum(sum(ones, halves, times: 0.5), twos, times: 2),
      sum(sum(ones, halves, times: 0.125), twos, times: 8),
      sum(sum(infinite + ones, halves, times: 0.03125), twos, times: 32)
    )
  }

  // MARK: Gradient

  @inline(__always)
  static func transformGradient(
    _ pixels: Floats, rowStride: Int, into destination: MutableFloats, stride: Int
  ) {
    @inline(__always)
    func pixel(_ row: Int, _ column: Int) -> Vector {
      load(pixels + (row * rowStride + column) * lanes, 0)
    }
    @inline(__always)
    func store(_ row: Int, _ p: Six) {
      storeEight(spread(p), destination + 8 * row * stride, stride)
    }
    /// The rows of a pair of opposite points.
    @inline(__always)
    func storeRows(_ row: Int, _ point: Float, _ square: Float, _ fourth: Float) {
      @inline(__always)
      func column(_ x: Int) -> (Vector, Vector) {
        pair(
          (pixel(0, x), pixel(1, x), pixel(2, x), pixel(3, x), pixel(4, x), pixel(5, x)), point,
          square, fourth)
      }
      let (c0, c1, c2) = (column(0), column(1), column(2))
      let (c3, c4, c5) = (column(3), column(4), column(5))
      store(row, (c0.0, c1.0, c2.0, c3.0, c4.0, c5.0))
      store(row + 1, (c0.1, c1.1, c2.1, c3.1, c4.1, c5.1))
    }
    store(0, (pixel(0, 0), pixel(0, 1), pixel(0, 2), pixel(0, 3), pixel(0, 4), pixel(0, 5)))
    storeRows(1, 0.5, 0.25, 0.0625)
    storeRows(3, 1, 1, 1)
    storeRows(5, 2, 4, 16)
    store(7, (pixel(5, 0), pixel(5, 1), pixel(5, 2), pixel(5, 3), pixel(5, 4), pixel(5, 5)))
  }

  /// The values of p0 + p1·x + … + p5·x⁵ at the points.
  @inline(__always)
  private static func spread(_ p: Six) -> Eight {
    let half = pair(p, 0.5, 0.25, 0.0625)
    let one = pair(p, 1, 1, 1)
    let two = pair(p, 2, 4, 16)
    return (p.0, half.0, half.1, one.0, one.1, two.0, two.1, p.5)
  }

  /// Those at ± `point`.
  @inline(__always)
  private static func pair(
    _ p: Six, _ point: Float, _ square: Float, _ fourth: Float
  ) -> (Vector, Vector) {
    let even = sum(sum(p.0, p.2, times: square), p.4, times: fourth)
    let odd = sum(sum(p.1, p.3, times: square), p.5, times: fourth)
    return (sum(even, odd, times: point), sum(even, odd, times: -point))
  }

  // MARK: Kernels

  /// What the values at ±½, ±1 and ±2 are divided by, the product of a point's distances from the
  /// others: 45/32, −9/2 and 90.
  private static var factors: (half: Float, one: Float, two: Float) {
    (32 / 45, -2 / 9, 1 / 90)
  }

  @inline(__always)
  static func transformKernel(_ kernel: Kernel, into destination: MutableFloats, stride: Int) {
    let k = kernel.rows
    let c0 = frequencies(k.0.0, k.1.0, k.2.0)
    let c1 = frequencies(k.0.1, k.1.1, k.2.1)
    let c2 = frequencies(k.0.2, k.1.2, k.2.2)
    storeEight(frequencies(c0.0, c1.0, c2.0), destination, stride)
    storeEight(frequencies(c0.1, c1.1, c2.1), destination + 8 * stride, stride)
    storeEight(frequencies(c0.2, c1.2, c2.2), destination + 16 * stride, stride)
    storeEight(frequencies(c0.3, c1.3, c2.3), destination + 24 * stride, stride)
    storeEight(frequencies(c0.4, c1.4, c2.4), destination + 32 * stride, stride)
    storeEight(frequencies(c0.5, c1.5, c2.5), destination + 40 * stride, stride)
    storeEight(frequencies(c0.6, c1.6, c2.6), destination + 48 * stride, stride)
    storeEight(frequencies(c0.7, c1.7, c2.7), destination + 56 * stride, stride)
  }

  /// The values of g0 + g1·x + g2·x² at the points, divided.
  @inline(__always)
  private static func frequencies(_ g0: Vector, _ g1: Vector, _ g2: Vector) -> Eight {
    @inline(__always)
    func pair(_ point: Float, _ factor: Float) -> (Vector, Vector) {
      let even = sum(g0, g2, times: point * point) * factor
      return (sum(even, g1, times: point * factor), sum(even, g1, times: -point * factor))
    }
    let half = pair(0.5, factors.half)
    let one = pair(1, factors.one)
    let two = pair(2, factors.two)
    return (g0, half.0, half.1, one.0, one.1, two.0, two.1, g2)
  }

  @inline(__always)
  static func transformKernelGradient(
    _ sums: Floats, stride: Int, into taps: MutableFloats, tapStride: Int
  ) {
    @inline(__always)
    func column(_ x: Int) -> Three {
      let s = sums + x * stride
      let row = 8 * stride
      return gather(
        (
          load(s, 0), load(s + row, 0), load(s + 2 * row, 0), load(s + 3 * row, 0),
          load(s + 4 * row, 0), load(s + 5 * row, 0), load(s + 6 * row, 0), load(s + 7 * row, 0)
        ))
    }
    let (c0, c1, c2, c3) = (column(0), column(1), column(2), column(3))
    let (c4, c5, c6, c7) = (column(4), column(5), column(6), column(7))
    @inline(__always)
    func storeTaps(_ row: Int, _ values: Three) {
      store(values.0, taps + 3 * row * tapStride, 0)
      store(values.1, taps + (3 * row + 1) * tapStride, 0)
      store(values.2, taps + (3 * row + 2) * tapStride, 0)
    }
    storeTaps(0, gather((c0.0, c1.0, c2.0, c3.0, c4.0, c5.0, c6.0, c7.0)))
    storeTaps(1, gather((c0.1, c1.1, c2.1, c3.1, c4.1, c5.1, c6.1, c7.1)))
    storeTaps(2, gather((c0.2, c1.2, c2.2, c3.2, c4.2, c5.2, c6.2, c7.2)))
  }

  /// The adjoint of `frequencies`.
  @inline(__always)
  private static func gather(_ f: Eight) -> Three {
    let (half, one, two) = factors
    let evens = (f.1 + f.2, f.3 + f.4, f.5 + f.6)
    let odds = (f.1 - f.2, f.3 - f.4, f.5 - f.6)
    return (
      sum(sum(sum(f.0, evens.0, times: half), evens.1, times: one), evens.2, times: two),
      sum(sum(odds.0 * (half / 2), odds.1, times: one), odds.2, times: 2 * two),
      sum(sum(sum(f.7, evens.0, times: half / 4), evens.1, times: one), evens.2, times: 4 * two)
    )
  }
}
