import VectorInterface

/// The interpolation points 0, ±5/8, ±3/2 and ∞ of F(4, 3). Their squares and products are exact in
/// Float, and they lose half as many digits as the usual 0, ±1, ±2 and ∞ (compare Barabasz et al.
/// 2020, "Error analysis and improving the accuracy of Winograd convolution").
enum WinogradPoints {
  static let inner: Float = 0.625
  static let outer: Float = 1.5
  static let innerSquare: Float = 0.390625
  static let outerSquare: Float = 2.25
  static let innerCube: Float = 0.244140625
  static let outerCube: Float = 3.375
  static let squareProduct: Float = 0.87890625
  static let squareSum: Float = 2.640625
}

/// The two-dimensional transforms of one tile, for a register of channels of maps stored as
/// `Element`; maps and Floats begin with its first lane. Two rows at a time, because more would not stay in registers.
enum WinogradTransform<Element: StoredElement> {
  // MARK: Input

  /// Bᵀd B of one 6 × 6 patch, which begins at pixel `first` of a map with rows of `rowStride`
  /// pixels; frequency f goes to `destination + f · stride`.
  @inline(__always)
  static func transformPatch(
    _ map: Map, first: Int, rowStride: Int, into destination: MutableFloats, stride: Int
  ) {
    storeRows(destination + 6 * stride, destination + 12 * stride, stride) { column in
      pair(map, first + column, rowStride, WinogradPoints.outerSquare, WinogradPoints.inner)
    }
    storeRows(destination + 18 * stride, destination + 24 * stride, stride) { column in
      pair(map, first + column, rowStride, WinogradPoints.innerSquare, WinogradPoints.outer)
    }
    storeRows(destination, destination + 30 * stride, stride) { column in
      let top = first + column
      return (
        edge(
          Element.loadVector(map, top), Element.loadVector(map, top + 2 * rowStride),
          Element.loadVector(map, top + 4 * rowStride)),
        edge(
          Element.loadVector(map, top + rowStride), Element.loadVector(map, top + 3 * rowStride),
          Element.loadVector(map, top + 5 * rowStride))
      )
    }
  }

  /// The frequencies of a pair of opposite points in one column.
  @inline(__always)
  private static func pair(
    _ map: Map, _ top: Int, _ rowStride: Int, _ otherSquare: Float, _ point: Float
  ) -> (Vector, Vector) {
    pair(
      Element.loadVector(map, top + rowStride), Element.loadVector(map, top + 2 * rowStride),
      Element.loadVector(map, top + 3 * rowStride), Element.loadVector(map, top + 4 * rowStride),
      otherSquare,
      point)
  }

  @inline(__always)
  private static func pair(
    _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ otherSquare: Float, _ point: Float
  ) -> (Vector, Vector) {
    let even = d4.addingProduct(d2, Vector(repeating: -otherSquare))
    let odd = d3.addingProduct(d1, Vector(repeating: -otherSquare))
    return (
      even.addingProduct(odd, Vector(repeating: point)),
      even.addingProduct(odd, Vector(repeating: -point))
    )
  }

  /// The frequency of 0 from even pixels, that of ∞ from odd ones.
  @inline(__always)
  private static func edge(_ d0: Vector, _ d2: Vector, _ d4: Vector) -> Vector {
    d4.addingProduct(d2, Vector(repeating: -WinogradPoints.squareSum))
      .addingProduct(d0, Vector(repeating: WinogradPoints.squareProduct))
  }

  @inline(__always)
  private static func storeRows(
    _ first: MutableFloats, _ second: MutableFloats, _ stride: Int,
    _ column: (Int) -> (Vector, Vector)
  ) {
    let (c0, c1, c2) = (column(0), column(1), column(2))
    let (c3, c4, c5) = (column(3), column(4), column(5))
    storeRow(c0.0, c1.0, c2.0, c3.0, c4.0, c5.0, first, stride)
    storeRow(c0.1, c1.1, c2.1, c3.1, c4.1, c5.1, second, stride)
  }

  @inline(__always)
  private static func storeRow(
    _ d0: Vector, _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ d5: Vector,
    _ destination: MutableFloats, _ stride: Int
  ) {
    let inners = pair(d1, d2, d3, d4, WinogradPoints.outerSquare, WinogradPoints.inner)
    let outers = pair(d1, d2, d3, d4, WinogradPoints.innerSquare, WinogradPoints.outer)
    store(edge(d0, d2, d4), destination, 0)
    store(inners.0, destination + stride, 0)
    store(inners.1, destination + 2 * stride, 0)
    store(outers.0, destination + 3 * stride, 0)
    store(outers.1, destination + 4 * stride, 0)
    store(edge(d1, d3, d5), destination + 5 * stride, 0)
  }

  // MARK: Output

  /// Aᵀm A of one tile, plus the bias: 4 × 4 pixels from pixel `first` of a map with rows of
  /// `rowStride` pixels. Frequency f comes from `products + f · stride`.
  @inline(__always)
  static func transformProducts(
    _ products: Floats, stride: Int, bias: Vector, into map: MutableMap, first: Int, rowStride: Int
  ) {
    let row = 6 * stride
    storePixels(map, first, first + 2 * rowStride, bias) { column in
      let m = products + column * stride
      return evenPixels(
        load(m, 0), load(m + row, 0) + load(m + 2 * row, 0),
        load(m + 3 * row, 0) + load(m + 4 * row, 0))
    }
    storePixels(map, first + rowStride, first + 3 * rowStride, bias) { column in
      let m = products + column * stride
      return oddPixels(
        load(m + row, 0) - load(m + 2 * row, 0), load(m + 3 * row, 0) - load(m + 4 * row, 0),
        load(m + 5 * row, 0))
    }
  }

  /// Pixels 0 and 2: even powers of the points, so sums over opposite points.
  @inline(__always)
  private static func evenPixels(
    _ m0: Vector, _ inners: Vector, _ outers: Vector
  ) -> (Vector, Vector) {
    (
      m0 + inners + outers,
      (inners * WinogradPoints.innerSquare)
        .addingProduct(outers, Vector(repeating: WinogradPoints.outerSquare))
    )
  }

  /// Pixels 1 and 3: odd powers, so differences of opposite points.
  @inline(__always)
  private static func oddPixels(
    _ inners: Vector, _ outers: Vector, _ m5: Vector
  ) -> (Vector, Vector) {
    (
      (inners * WinogradPoints.inner)
        .addingProduct(outers, Vector(repeating: WinogradPoints.outer)),
      m5.addingProduct(inners, Vector(repeating: WinogradPoints.innerCube))
        .addingProduct(outers, Vector(repeating: WinogradPoints.outerCube))
    )
  }

  @inline(__always)
  private static func storePixels(
    _ map: MutableMap, _ first: Int, _ second: Int, _ bias: Vector,
    _ column: (Int) -> (Vector, Vector)
  ) {
    let (c0, c1, c2) = (column(0), column(1), column(2))
    let (c3, c4, c5) = (column(3), column(4), column(5))
    storePixelRow(c0.0, c1.0, c2.0, c3.0, c4.0, c5.0, bias, map, first)
    storePixelRow(c0.1, c1.1, c2.1, c3.1, c4.1, c5.1, bias, map, second)
  }

  @inline(__always)
  private static func storePixelRow(
    _ m0: Vector, _ m1: Vector, _ m2: Vector, _ m3: Vector, _ m4: Vector, _ m5: Vector,
    _ bias: Vector, _ map: MutableMap, _ row: Int
  ) {
    let even = evenPixels(m0, m1 + m2, m3 + m4)
    let odd = oddPixels(m1 - m2, m3 - m4, m5)
    Element.storeVector(even.0 + bias, map, row)
    Element.storeVector(odd.0 + bias, map, row + 1)
    Element.storeVector(even.1 + bias, map, row + 2)
    Element.storeVector(odd.1 + bias, map, row + 3)
  }
}
