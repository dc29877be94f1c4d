import VectorInterface

/// The one-dimensional transforms of F(4, 3) with the interpolation points 0, ±5/8, ±3/2 and ∞.
/// Their squares and products are exact in Float, and they lose half as many digits as the usual
/// 0, ±1, ±2, ∞ (Barabasz et al. 2020, "Error analysis and improving the accuracy of Winograd
/// convolution").
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

/// Bᵀd B of one 6 × 6 patch for one block of channels: the patch starts at pixel `first` of a map
/// with rows of `rowStride` pixels;
/// frequency f goes to `destination + f · stride`.
@inline(__always)
func transformPatch<Element: StoredElement>(
  _ element: Element.Type, _ patch: Map, first: Int, rowStride: Int,
  into destination: MutableFloats, stride: Int
) {
  let c0 = middleFrequencies(element, patch, first + 0, rowStride)
  let c1 = middleFrequencies(element, patch, first + 1, rowStride)
  let c2 = middleFrequencies(element, patch, first + 2, rowStride)
  let c3 = middleFrequencies(element, patch, first + 3, rowStride)
  let c4 = middleFrequencies(element, patch, first + 4, rowStride)
  let c5 = middleFrequencies(element, patch, first + 5, rowStride)
  storeFrequencies(c0.0, c1.0, c2.0, c3.0, c4.0, c5.0, destination + 6 * stride, stride)
  storeFrequencies(c0.1, c1.1, c2.1, c3.1, c4.1, c5.1, destination + 12 * stride, stride)
  storeFrequencies(c0.2, c1.2, c2.2, c3.2, c4.2, c5.2, destination + 18 * stride, stride)
  storeFrequencies(c0.3, c1.3, c2.3, c3.3, c4.3, c5.3, destination + 24 * stride, stride)
  let e0 = edgeFrequencies(element, patch, first + 0, rowStride)
  let e1 = edgeFrequencies(element, patch, first + 1, rowStride)
  let e2 = edgeFrequencies(element, patch, first + 2, rowStride)
  let e3 = edgeFrequencies(element, patch, first + 3, rowStride)
  let e4 = edgeFrequencies(element, patch, first + 4, rowStride)
  let e5 = edgeFrequencies(element, patch, first + 5, rowStride)
  storeFrequencies(e0.0, e1.0, e2.0, e3.0, e4.0, e5.0, destination, stride)
  storeFrequencies(e0.1, e1.1, e2.1, e3.1, e4.1, e5.1, destination + 30 * stride, stride)
}

/// Frequencies 1 to 4 of one column of the patch: the points ±5/8 and ±3/2.
@inline(__always)
private func middleFrequencies<Element: StoredElement>(
  _ element: Element.Type, _ patch: Map, _ column: Int, _ rowStride: Int
) -> (Vector, Vector, Vector, Vector) {
  points(
    Element.load(patch, column + rowStride), Element.load(patch, column + 2 * rowStride),
    Element.load(patch, column + 3 * rowStride), Element.load(patch, column + 4 * rowStride))
}

/// Frequencies 0 and 5 of one column of the patch: the points 0 and ∞.
@inline(__always)
private func edgeFrequencies<Element: StoredElement>(
  _ element: Element.Type, _ patch: Map, _ column: Int, _ rowStride: Int
) -> (Vector, Vector) {
  (
    edge(
      Element.load(patch, column), Element.load(patch, column + 2 * rowStride),
      Element.load(patch, column + 4 * rowStride)),
    edge(
      Element.load(patch, column + rowStride), Element.load(patch, column + 3 * rowStride),
      Element.load(patch, column + 5 * rowStride))
  )
}

@inline(__always)
private func points(
  _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector
) -> (Vector, Vector, Vector, Vector) {
  let minusInnerSquare = Vector(repeating: -WinogradPoints.innerSquare)
  let minusOuterSquare = Vector(repeating: -WinogradPoints.outerSquare)
  let inner = Vector(repeating: WinogradPoints.inner)
  let outer = Vector(repeating: WinogradPoints.outer)
  let innerEven = d4.addingProduct(d2, minusOuterSquare)
  let innerOdd = d3.addingProduct(d1, minusOuterSquare)
  let outerEven = d4.addingProduct(d2, minusInnerSquare)
  let outerOdd = d3.addingProduct(d1, minusInnerSquare)
  return (
    innerEven.addingProduct(innerOdd, inner), innerEven.addingProduct(-innerOdd, inner),
    outerEven.addingProduct(outerOdd, outer), outerEven.addingProduct(-outerOdd, outer)
  )
}

@inline(__always)
private func edge(_ d0: Vector, _ d2: Vector, _ d4: Vector) -> Vector {
  d4.addingProduct(d2, Vector(repeating: -WinogradPoints.squareSum))
    .addingProduct(d0, Vector(repeating: WinogradPoints.squareProduct))
}

/// The six frequencies of one row.
@inline(__always)
private func storeFrequencies(
  _ d0: Vector, _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ d5: Vector,
  _ destination: MutableFloats, _ stride: Int
) {
  store(edge(d0, d2, d4), destination, 0)
  let middle = points(d1, d2, d3, d4)
  store(middle.0, destination + stride, 0)
  store(middle.1, destination + 2 * stride, 0)
  store(middle.2, destination + 3 * stride, 0)
  store(middle.3, destination + 4 * stride, 0)
  store(edge(d1, d3, d5), destination + 5 * stride, 0)
}

/// Aᵀm A of one tile for one block of channels: 4 × 4 pixels in rows of `rowStride` pixels, plus
/// the bias. Frequency f comes from `products + f · stride`.
@inline(__always)
func transformProducts<Element: StoredElement>(
  _ element: Element.Type, _ products: Floats, stride: Int, bias: Vector, into tile: MutableMap,
  first: Int, rowStride: Int
) {
  let c0 = columnPixels(products, stride)
  let c1 = columnPixels(products + stride, stride)
  let c2 = columnPixels(products + 2 * stride, stride)
  let c3 = columnPixels(products + 3 * stride, stride)
  let c4 = columnPixels(products + 4 * stride, stride)
  let c5 = columnPixels(products + 5 * stride, stride)
  storePixels(
    element, pixels(c0.0, c1.0, c2.0, c3.0, c4.0, c5.0), bias, tile, first)
  storePixels(
    element, pixels(c0.1, c1.1, c2.1, c3.1, c4.1, c5.1), bias, tile, first + rowStride)
  storePixels(
    element, pixels(c0.2, c1.2, c2.2, c3.2, c4.2, c5.2), bias, tile, first + 2 * rowStride)
  storePixels(
    element, pixels(c0.3, c1.3, c2.3, c3.3, c4.3, c5.3), bias, tile, first + 3 * rowStride)
}

@inline(__always)
private func columnPixels(
  _ products: Floats, _ stride: Int
) -> (Vector, Vector, Vector, Vector) {
  pixels(
    load(products, 0), load(products + 6 * stride, 0), load(products + 12 * stride, 0),
    load(products + 18 * stride, 0), load(products + 24 * stride, 0),
    load(products + 30 * stride, 0))
}

/// Four pixels from six frequencies: the powers 0 to 3 of the points.
@inline(__always)
private func pixels(
  _ m0: Vector, _ m1: Vector, _ m2: Vector, _ m3: Vector, _ m4: Vector, _ m5: Vector
) -> (Vector, Vector, Vector, Vector) {
  let innerSum = m1 + m2
  let innerDifference = m1 - m2
  let outerSum = m3 + m4
  let outerDifference = m3 - m4
  return (
    m0 + innerSum + outerSum,
    (innerDifference * WinogradPoints.inner)
      .addingProduct(outerDifference, Vector(repeating: WinogradPoints.outer)),
    (innerSum * WinogradPoints.innerSquare)
      .addingProduct(outerSum, Vector(repeating: WinogradPoints.outerSquare)),
    m5.addingProduct(innerDifference, Vector(repeating: WinogradPoints.innerCube))
      .addingProduct(outerDifference, Vector(repeating: WinogradPoints.outerCube))
  )
}

@inline(__always)
private func storePixels<Element: StoredElement>(
  _ element: Element.Type, _ row: (Vector, Vector, Vector, Vector), _ bias: Vector,
  _ tile: MutableMap, _ first: Int
) {
  Element.store(row.0 + bias, tile, first)
  Element.store(row.1 + bias, tile, first + 1)
  Element.store(row.2 + bias, tile, first + 2)
  Element.store(row.3 + bias, tile, first + 3)
}
