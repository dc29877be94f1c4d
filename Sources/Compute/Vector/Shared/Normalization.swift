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

  /// The gradient of the normalised value, and its share of both sums.
  @inline(__always)
  func backward(
    _ y: Block, _ incoming: Block, _ sums: inout (sum: Block, projection: Block)
  ) -> Block {
    let active = shift.addingProduct(y, scale) .> 0
    let g = (incoming * slopes).replacing(with: incoming, where: active)
    sums.sum += g
    sums.projection.addProduct(g, offset.addingProduct(y, inverseDeviation))
    return g
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
    gradient: MutableMap, pixels: Int, blocks: Int, _ step: ActivationGradient
  ) {
    for block in 0..<blocks {
      let target = gradient + block * pixels * blockBytes
      for start in stride(from: 0, to: pixels, by: chunk) {
        activationBackward(
          start..<min(start + chunk, pixels), block: block, pixels: pixels, step
        ) {
          loadMap(target, $0)
        } store: {
          storeMap($0, target, $1)
        }
      }
    }
  }

  /// Some pixels of one block, with two sums each, so that additions do not wait for another.
  @inline(__always)
  static func activationBackward(
    _ range: Range<Int>, block: Int, pixels: Int, _ step: ActivationGradient,
    incoming: (_ pixel: Int) -> Block, store: (Block, _ pixel: Int) -> Void
  ) {
    let row = ActivationRow(
      step.activation.normalization, block: block, slope: step.activation.slope)
    let y = step.y + block * pixels * blockBytes
    var even = (sum: Block.zero, projection: Block.zero)
    var odd = even
    @inline(__always)
    func add(_ pixel: Int, _ gradient: Block, _ sums: inout (sum: Block, projection: Block)) {
      store(row.backward(loadMap(y, pixel), gradient, &sums), pixel)
    }
    if let dropout = step.activation.dropout {
      let groups = (pixels + 7) / 8
      var pixel = range.lowerBound
      while pixel < range.upperBound {
        let kept = KeptFactors(dropout, block: block, group: pixel / 8, groups: groups)
        if pixel % 8 == 0 && pixel + 8 <= range.upperBound {
          for k in stride(from: 0, to: 8, by: 2) {
            add(pixel + k, incoming(pixel + k) * kept.of(k), &even)
            add(pixel + k + 1, incoming(pixel + k + 1) * kept.of(k + 1), &odd)
          }
          pixel += 8
        } else {
          add(pixel, incoming(pixel) * kept.of(pixel % 8), &even)
          pixel += 1
        }
      }
    } else {
      for pair in 0..<(range.count / 2) {
        let first = range.lowerBound + 2 * pair
        add(first, incoming(first), &even)
        add(first + 1, incoming(first + 1), &odd)
      }
      if range.count % 2 == 1 {
        add(range.upperBound - 1, incoming(range.upperBound - 1), &even)
      }
    }
    addBlock(even.sum + odd.sum, to: step.sums + block * lanes)
    addBlock(even.projection + odd.projection, to: step.projections + block * lanes)
  }
}
