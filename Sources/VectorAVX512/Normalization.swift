import VectorInterface

/// Pixels whose sums are kept in Float before they are added in Double.
private let chunk = 128

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
      if let dropout {
        for group in 0..<((pixels + 7) / 8) {
          let kept = KeptFactors(dropout, block: block, pixelGroup: group)
          for k in 0..<min(8, pixels - group * 8) {
            let value = shift.addingProduct(loadMap(source, group * 8 + k), scale)
            storeMap(rectified(value, slopes) * kept[k], destination, group * 8 + k)
          }
        }
      } else {
        for pixel in 0..<pixels {
          let value = shift.addingProduct(loadMap(source, pixel), scale)
          storeMap(rectified(value, slopes), destination, pixel)
        }
      }
    }
  }

  public static func activationBackward(
    gradient: MutableMap, y: Map, pixels: Int, blocks: Int,
    normalization: ChannelNormalization, slope: Float, dropout: DropoutPattern?,
    sums: MutableDoubles, projections: MutableDoubles
  ) {
    let slopes = Vector(repeating: slope)
    for block in 0..<blocks {
      let source = y + block * pixels * vectorBytes
      let target = gradient + block * pixels * vectorBytes
      let scale = load(normalization.scale, block)
      let shift = load(normalization.shift, block)
      let mean = load(normalization.mean, block)
      let inverse = load(normalization.inverseDeviation, block)
      var start = 0
      while start < pixels {
        let end = min(start + chunk, pixels)
        var sum = Vector.zero
        var projection = Vector.zero
        for first in stride(from: start, to: end, by: 8) {
          let factors = dropout.map { KeptFactors($0, block: block, pixelGroup: first / 8) }
          for pixel in first..<min(first + 8, end) {
            let value = loadMap(source, pixel)
            var g = loadMap(target, pixel)
            if let factors { g *= factors[pixel - first] }
            let active = shift.addingProduct(value, scale) .> 0
            g = (g * slopes).replacing(with: g, where: active)
            storeMap(g, target, pixel)
            sum += g
            projection.addProduct(g, (value - mean) * inverse)
          }
        }
        addLanes(sum, to: sums + block * lanes)
        addLanes(projection, to: projections + block * lanes)
        start = end
      }
    }
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
