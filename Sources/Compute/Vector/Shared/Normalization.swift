import VectorInterface

/// Pixels whose sums are kept in Float before they are added in Double.
private let chunk = 128

/// What the activation's backward pass needs of one block's channels.
private struct ActivationRow {
  let scale: Vector
  let shift: Vector
  let inverseDeviation: Vector
  /// −mean / deviation: the standardised value is y · inverseDeviation + offset.
  let offset: Vector
  let slopes: Vector

  @inline(__always)
  init(_ normalization: ChannelNormalization, block: Int, slope: Float) {
    scale = load(normalization.scale, block)
    shift = load(normalization.shift, block)
    inverseDeviation = load(normalization.inverseDeviation, block)
    offset = -load(normalization.mean, block) * inverseDeviation
    slopes = Vector(repeating: slope)
  }
}

extension StoredMapKernels {
  public static func addMoments(
    of y: Map, pixels: Int, blocks: Int, sums: MutableDoubles, squares: MutableDoubles
  ) {
    for block in 0..<blocks {
      let source = y + block * pixels * vectorBytes
      var start = 0
      while start < pixels {
        let end = min(start + chunk, pixels)
        var sum0 = Vector.zero
        var sum1 = Vector.zero
        var square0 = Vector.zero
        var square1 = Vector.zero
        for pixel in stride(from: start, to: end - 1, by: 2) {
          let a = loadMap(source, pixel)
          let b = loadMap(source, pixel + 1)
          sum0 += a
          sum1 += b
          square0.addProduct(a, a)
          square1.addProduct(b, b)
        }
        if (end - start) % 2 == 1 {
          let last = loadMap(source, end - 1)
          sum0 += last
          square0.addProduct(last, last)
        }
        addLanes(sum0 + sum1, to: sums + block * lanes)
        addLanes(square0 + square1, to: squares + block * lanes)
        start = end
      }
    }
  }

  public static func normalizeAndActivate(
    _ y: Map, into output: MutableMap, pixels: Int, blocks: Int,
    normalization: ChannelNormalization, slope: Float, dropout: DropoutPattern?
  ) {
    let slopes = Vector(repeating: slope)
    for block in 0..<blocks {
      let source = y + block * pixels * vectorBytes
      let destination = output + block * pixels * vectorBytes
      let scale = load(normalization.scale, block)
      let shift = load(normalization.shift, block)
      @inline(__always)
      func activated(_ pixel: Int) -> Vector {
        rectified(shift.addingProduct(loadMap(source, pixel), scale), slopes)
      }
      guard let dropout else {
        for pixel in 0..<pixels { storeMap(activated(pixel), destination, pixel) }
        continue
      }
      for first in stride(from: 0, to: pixels, by: 16) {
        let kept = KeptFactors.pair(dropout, block: block, pixelGroup: first / 8)
        if first + 16 <= pixels {
          for k in 0..<8 {
            storeMap(activated(first + k) * kept.0[k], destination, first + k)
            storeMap(activated(first + 8 + k) * kept.1[k], destination, first + 8 + k)
          }
        } else {
          for k in 0..<(pixels - first) {
            let factors = k < 8 ? kept.0[k] : kept.1[k - 8]
            storeMap(activated(first + k) * factors, destination, first + k)
          }
        }
      }
    }
  }

  public static func activationBackward(
    gradient: MutableMap, y: Map, pixels: Int, blocks: Int,
    normalization: ChannelNormalization, slope: Float, dropout: DropoutPattern?,
    sums: MutableDoubles, projections: MutableDoubles
  ) {
    for block in 0..<blocks {
      let row = ActivationRow(normalization, block: block, slope: slope)
      let source = y + block * pixels * vectorBytes
      let target = gradient + block * pixels * vectorBytes
      var start = 0
      while start < pixels {
        let end = min(start + chunk, pixels)
        let part =
          dropout.map {
            activationBackward(row, target, source, start..<end, dropout: $0, block: block)
          } ?? activationBackward(row, target, source, start..<end)
        addLanes(part.sum, to: sums + block * lanes)
        addLanes(part.projection, to: projections + block * lanes)
        start = end
      }
    }
  }

  /// Pixels of one block without dropout. Two sums each, so that additions do not wait for another.
  @inline(__always)
  private static func activationBackward(
    _ row: ActivationRow, _ gradient: MutableMap, _ y: Map, _ pixels: Range<Int>
  ) -> (sum: Vector, projection: Vector) {
    var even = (sum: Vector.zero, projection: Vector.zero)
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

  /// The same with dropout; the range starts at a multiple of 16 pixels.
  @inline(__always)
  private static func activationBackward(
    _ row: ActivationRow, _ gradient: MutableMap, _ y: Map, _ pixels: Range<Int>,
    dropout: DropoutPattern, block: Int
  ) -> (sum: Vector, projection: Vector) {
    var even = (sum: Vector.zero, projection: Vector.zero)
    var odd = even
    for first in stride(from: pixels.lowerBound, to: pixels.upperBound, by: 16) {
      let kept = KeptFactors.pair(dropout, block: block, pixelGroup: first / 8)
      if first + 16 <= pixels.upperBound {
        for k in 0..<8 {
          let (a, b) = (first + k, first + 8 + k)
          backward(row, gradient, y, a, loadMap(gradient, a) * kept.0[k], &even)
          backward(row, gradient, y, b, loadMap(gradient, b) * kept.1[k], &odd)
        }
      } else {
        for k in 0..<(pixels.upperBound - first) {
          let factors = k < 8 ? kept.0[k] : kept.1[k - 8]
          let pixel = first + k
          backward(row, gradient, y, pixel, loadMap(gradient, pixel) * factors, &even)
        }
      }
    }
    return (even.sum + odd.sum, even.projection + odd.projection)
  }

  @inline(__always)
  private static func backward(
    _ row: ActivationRow, _ gradient: MutableMap, _ y: Map, _ pixel: Int, _ incoming: Vector,
    _ sums: inout (sum: Vector, projection: Vector)
  ) {
    let value = loadMap(y, pixel)
    let active = row.shift.addingProduct(value, row.scale) .> 0
    let g = (incoming * row.slopes).replacing(with: incoming, where: active)
    storeMap(g, gradient, pixel)
    sums.sum += g
    sums.projection.addProduct(g, row.offset.addingProduct(value, row.inverseDeviation))
  }

  public static func normalizationBackward(
    gradient: MutableMap, y: Map, pixels: Int, blocks: Int, gain: Floats,
    slope: Floats, offset: Floats
  ) {
    for block in 0..<blocks {
      let source = y + block * pixels * vectorBytes
      let target = gradient + block * pixels * vectorBytes
      let a = load(gain, block)
      let b = load(slope, block)
      let c = load(offset, block)
      for pixel in 0..<pixels {
        let linear = c.addingProduct(loadMap(source, pixel), b)
        storeMap(linear.addingProduct(loadMap(target, pixel), a), target, pixel)
      }
    }
  }
}
