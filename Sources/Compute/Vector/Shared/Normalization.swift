import VectorInterface

/// Pixels whose sums are kept in Float before they are added in Double.
private let chunk = 128

/// What the activation's backward pass needs of one block's channels.
private struct ActivationRow {
  let scale: Block
  let shift: Block
  let inverseDeviation: Block
  /// −mean / deviation: the standardised value is y · inverseDeviation + offset.
  let offset: Block
  let slopes: Block

  @inline(__always)
  init(_ normalization: ChannelNormalization, block: Int, slope: Float) {
    scale = loadBlock(normalization.scale, block)
    shift = loadBlock(normalization.shift, block)
    inverseDeviation = loadBlock(normalization.inverseDeviation, block)
    offset = -loadBlock(normalization.mean, block) * inverseDeviation
    slopes = Block(repeating: slope)
  }
}

extension StoredMapKernels {
  public static func addMoments(of y: Map, pixels: Int, blocks: Int, to moments: Moments) {
    for block in 0..<blocks {
      let source = y + block * pixels * blockBytes
      for start in stride(from: 0, to: pixels, by: chunk) {
        addMoments(start..<min(start + chunk, pixels), block: block, to: moments) {
          loadMap(source, $0)
        }
      }
    }
  }

  /// Moments of some pixels, summed in Float and added in Double. Two sums each, so that additions do
  /// not wait for another.
  @inline(__always)
  static func addMoments(
    _ pixels: Range<Int>, block: Int, to moments: Moments, _ value: (Int) -> Block
  ) {
    var even = (sum: Block.zero, square: Block.zero)
    var odd = even
    for pair in 0..<(pixels.count / 2) {
      let a = value(pixels.lowerBound + 2 * pair)
      let b = value(pixels.lowerBound + 2 * pair + 1)
      even.sum += a
      odd.sum += b
      even.square.addProduct(a, a)
      odd.square.addProduct(b, b)
    }
    if pixels.count % 2 == 1 {
      let last = value(pixels.upperBound - 1)
      even.sum += last
      even.square.addProduct(last, last)
    }
    addBlock(even.sum + odd.sum, to: moments.sums + block * lanes)
    addBlock(even.square + odd.square, to: moments.squares + block * lanes)
  }

  public static func activationBackward(
    gradient: MutableMap, y: Map, pixels: Int, blocks: Int,
    normalization: ChannelNormalization, slope: Float, dropout: KeptActivations?,
    sums: MutableDoubles, projections: MutableDoubles
  ) {
    for block in 0..<blocks {
      let row = ActivationRow(normalization, block: block, slope: slope)
      let source = y + block * pixels * blockBytes
      let target = gradient + block * pixels * blockBytes
      var start = 0
      while start < pixels {
        let end = min(start + chunk, pixels)
        let part =
          dropout.map {
            activationBackward(
              row, target, source, start..<end, dropout: $0, block: block,
              groups: (pixels + 7) / 8)
          } ?? activationBackward(row, target, source, start..<end)
        addBlock(part.sum, to: sums + block * lanes)
        addBlock(part.projection, to: projections + block * lanes)
        start = end
      }
    }
  }

  /// Pixels of one block without dropout. Two sums each, so that additions do not wait for another.
  @inline(__always)
  private static func activationBackward(
    _ row: ActivationRow, _ gradient: MutableMap, _ y: Map, _ pixels: Range<Int>
  ) -> (sum: Block, projection: Block) {
    var even = (sum: Block.zero, projection: Block.zero)
    var odd = even
    for pair in 0..<(pixels.count / 2) {
      let first = pixels.lowerBound + 2 * pair
      backward(row, gradient, y, first, loadMap(gradient, first), &even)
      backward(row, gradient, y, first + 1, loadMap(gradient, first + 1), &odd)
    }
    if pixels.count % 2 == 1 {
      let last = pixels.upperBound - 1
      backward(row, gradient, y, last, loadMap(gradient, last), &even)
    }
    return (even.sum + odd.sum, even.projection + odd.projection)
  }

  /// The same with dropout; the range starts at a multiple of 8 pixels.
  @inline(__always)
  private static func activationBackward(
    _ row: ActivationRow, _ gradient: MutableMap, _ y: Map, _ pixels: Range<Int>,
    dropout: KeptActivations, block: Int, groups: Int
  ) -> (sum: Block, projection: Block) {
    var even = (sum: Block.zero, projection: Block.zero)
    var odd = even
    for first in stride(from: pixels.lowerBound, to: pixels.upperBound, by: 8) {
      let kept = KeptFactors(dropout, block: block, group: first / 8, groups: groups)
      if first + 8 <= pixels.upperBound {
        for k in 0..<4 {
          let (a, b) = (first + 2 * k, first + 2 * k + 1)
          backward(row, gradient, y, a, loadMap(gradient, a) * kept.of(2 * k), &even)
          backward(row, gradient, y, b, loadMap(gradient, b) * kept.of(2 * k + 1), &odd)
        }
      } else {
        for k in 0..<(pixels.upperBound - first) {
          let pixel = first + k
          backward(row, gradient, y, pixel, loadMap(gradient, pixel) * kept.of(k), &even)
        }
      }
    }
    return (even.sum + odd.sum, even.projection + odd.projection)
  }

  @inline(__always)
  private static func backward(
    _ row: ActivationRow, _ gradient: MutableMap, _ y: Map, _ pixel: Int, _ incoming: Block,
    _ sums: inout (sum: Block, projection: Block)
  ) {
    let value = loadMap(y, pixel)
    let active = row.shift.addingProduct(value, row.scale) .> 0
    let g = (incoming * row.slopes).replacing(with: incoming, where: active)
    storeMap(g, gradient, pixel)
    sums.sum += g
    sums.projection.addProduct(g, row.offset.addingProduct(value, row.inverseDeviation))
  }
}
