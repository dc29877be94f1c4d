import VectorInterface

// The transforms of one tile by Winograd's algorithm F(side × side, 3 × 3) (Lavin & Gray 2016, "Fast
// algorithms for convolutional neural networks"), for a register of channels: products of polynomials,
// evaluated at side + 2 points in each direction. A patch has that many pixels a side, and there are as
// many frequencies as it has pixels.
//
// `SmallTile` and `LargeTile` have the same functions. Floats begin with the register's first lane;
// pixels lie `lanes` values apart, rows `rowStride` pixels, frequencies `stride` values.
//
// - `transformPatch`: Bᵀ d B.
// - `transformProducts`: Aᵀ m A, plus the bias.
// - `transformGradient`: A dy Aᵀ of a tile of gradients.
// - `transformKernel`: G k Gᵀ.
// - `transformKernelGradient`: Gᵀ s G, what the frequencies of a weight gradient are for the nine
//   taps, `tapStride` values apart.

extension WinogradTileSize {
  /// Pixels of a tile's side, and of a patch's.
  var side: Int {
    switch self {
    case .small: 4
    case .large: 6
    }
  }

  var patchSide: Int { side + 2 }
}

typealias Three = (Vector, Vector, Vector)
typealias Six = (Vector, Vector, Vector, Vector, Vector, Vector)
typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)

/// A 3 × 3 kernel for each lane.
struct Kernel {
  var rows: (Three, Three, Three) = (
    (.zero, .zero, .zero), (.zero, .zero, .zero), (.zero, .zero, .zero)
  )

  @inline(__always)
  init() {}

  /// - Parameter rotated: whether the kernel is turned by 180°.
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
}

/// x + y · factor.
@inline(__always)
func sum(_ x: Vector, _ y: Vector, times factor: Float) -> Vector {
  x.addingProduct(y, Vector(repeating: factor))
}

@inline(__always)
func storeSix(_ six: Six, _ destination: MutableFloats, _ stride: Int) {
  store(six.0, destination, 0)
  store(six.1, destination + stride, 0)
  store(six.2, destination + 2 * stride, 0)
  store(six.3, destination + 3 * stride, 0)
  store(six.4, destination + 4 * stride, 0)
  store(six.5, destination + 5 * stride, 0)
}

@inline(__always)
func storeEight(_ eight: Eight, _ destination: MutableFloats, _ stride: Int) {
  storeSix((eight.0, eight.1, eight.2, eight.3, eight.4, eight.5), destination, stride)
  store(eight.6, destination + 6 * stride, 0)
  store(eight.7, destination + 7 * stride, 0)
}
