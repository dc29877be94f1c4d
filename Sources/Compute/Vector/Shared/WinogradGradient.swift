import VectorInterface

extension StoredMapKernels {
  public static func winogradGradientCount(inBlocks: Int, outBlocks: Int) -> Int {
    (9 * inBlocks * lanes + 1) * outBlocks * lanes
  }

  public static func winogradGradientScratchCount(
    height: Int, width: Int, inBlocks: Int, outBlocks: Int
  ) -> Int {
    let plan = WinogradPlan(
      gradientOf: height, width, inBlocks: inBlocks, outBlocks: outBlocks)
    return plan.scratchCount + 36 * inBlocks * outBlocks * lanes * lanes
  }

  public static func winogradWeightGradient(
    _ x: Map, gradient: Map, into values: MutableFloats, height: Int, width: Int, inBlocks: Int,
    outBlocks: Int, scratch: MutableFloats
  ) {
    let plan = WinogradPlan(
      gradientOf: height, width, inBlocks: inBlocks, outBlocks: outBlocks)
    let inputs = scratch
    let gradients = scratch + plan.valueCount
    let patch = gradients + plan.productCount
    let sums = scratch + plan.scratchCount
    for first in stride(from: 0, to: plan.tiles, by: plan.chunk) {
      let tiles = first..<min(first + plan.chunk, plan.tiles)
      plan.transformInput(Element.self, x, tiles: tiles, into: inputs, patch: patch)
      plan.transformGradient(Element.self, gradient, tiles: tiles, into: gradients, patch: patch)
      plan.correlate(inputs, gradients, tiles: tiles.count, isFirst: first == 0, into: sums)
    }
    plan.kernelGradients(Floats(sums), into: values)
    addChannelSums(
      gradient, pixels: height * width, blocks: outBlocks,
      into: values + 9 * inBlocks * lanes * outBlocks * lanes)
  }

  /// Σ of each channel, in parts of 128 pixels.
  static func addChannelSums(
    _ map: Map, pixels: Int, blocks: Int, into sums: MutableFloats
  ) {
    for block in 0..<blocks {
      let source = map + block * pixels * blockBytes
      var total = Block.zero
      for start in stride(from: 0, to: pixels, by: 128) {
        var even = Block.zero
        var odd = Block.zero
        let end = min(start + 128, pixels)
        for pixel in stride(from: start, to: end - 1, by: 2) {
          even += loadMap(source, pixel)
          odd += loadMap(source, pixel + 1)
        }
        if (end - start) % 2 == 1 { even += loadMap(source, end - 1) }
        total += even + odd
      }
      storeBlock(total, sums, block)
    }
  }
}

/// Bytes of transforms that are made at a time. A chunk's sum is made by itself before it is added:
/// so this decides bits.
private let gradientChunkBytes = 1 << 20

extension WinogradPlan {
  /// For the weight gradient: one group of tiles a chunk, so that a frequency's tiles of one block
  /// lie one after the other.
  init(gradientOf height: Int, _ width: Int, inBlocks: Int, outBlocks: Int) {
    let tiles = (height + 3) / 4 * ((width + 3) / 4)
    let tileBytes = 36 * 4 * lanes * (inBlocks + outBlocks)
    let chunk = min(tiles, max(64, gradientChunkBytes / tileBytes))
    self.init(
      height: height, width: width, inBlocks: inBlocks, outBlocks: outBlocks, group: chunk,
      chunk: chunk)
  }

  /// A dy Aᵀ of each tile, zeros outside the image.
  @inline(__always)
  func transformGradient<Element: StoredElement>(
    _ element: Element.Type, _ gradient: Map, tiles: Range<Int>, into values: MutableFloats,
    patch: MutableFloats
  ) {
    for block in 0..<outBlocks {
      let map = gradient + block * height * width * lanes * MemoryLayout<Element>.stride
      for tile in tiles {
        let (row, column) = tile.quotientAndRemainder(dividingBy: columns)
        let (top, left) = (4 * row, 4 * column)
        let destination = values + (block * chunk + tile - tiles.lowerBound) * lanes
        let isInside = top + 4 <= height && left + 4 <= width
        if !isInside { copyPartialTile(element, map, top: top, left: left, into: patch) }
        for part in 0..<vectorsPerBlock {
          let target = destination + part * vectorLanes
          if isInside {
            WinogradTransform<Element>.transformTile(
              map + part * vectorLanes * MemoryLayout<Element>.stride, first: top * width + left,
              rowStride: width, into: target, stride: productStride)
          } else {
            WinogradTransform<Float>.transformTile(
              Map(patch + part * vectorLanes), first: 0, rowStride: 4, into: target,
              stride: productStride)
          }
        }
      }
    }
  }

  @inline(never)
  private func copyPartialTile<Element: StoredElement>(
    _ element: Element.Type, _ map: Map, top: Int, left: Int, into patch: MutableFloats
  ) {
    for y in 0..<4 {
      for x in 0..<4 {
        let inside = top + y < height && left + x < width
        storeBlock(
          inside ? Element.loadBlock(map, (top + y) * width + left + x) : .zero, patch, 4 * y + x)
      }
    }
  }

  /// Σ over the chunk's tiles of input · gradient for each frequency and pair of channels; sums are
  /// [36][inputs][outBlocks][lanes].
  @inline(__always)
  func correlate(
    _ inputs: Floats, _ gradients: Floats, tiles: Int, isFirst: Bool, into sums: MutableFloats
  ) {
    let pairs = inBlocks * lanes * outBlocks * lanes
    for frequency in 0..<36 {
      addCorrelation(
        inputs + frequency * valueStride, gradients + frequency * productStride, count: tiles,
        inBlocks: inBlocks, outBlocks: outBlocks, inputStride: chunk * lanes,
        gradientStride: chunk * lanes, isFirst: isFirst,
        into: sums + frequency * pairs)
    }
  }

  /// Gᵀ s G of each pair of channels: [9][inputs][outBlocks][lanes].
  func kernelGradients(_ sums: Floats, into values: MutableFloats) {
    let count = inBlocks * lanes * outBlocks * lanes
    for index in stride(from: 0, to: count, by: vectorLanes) {
      transformKernelGradient(sums + index, stride: count, into: values + index)
    }
  }
}

extension WinogradTransform {
  /// A dy Aᵀ of one tile of 4 × 4 pixels; frequency f goes to `destination + f · stride`.
  @inline(__always)
  static func transformTile(
    _ map: Map, first: Int, rowStride: Int, into destination: MutableFloats, stride: Int
  ) {
    @inline(__always)
    func column(_ x: Int) -> SixVectors {
      spread(
        Element.loadVector(map, first + x), Element.loadVector(map, first + rowStride + x),
        Element.loadVector(map, first + 2 * rowStride + x),
        Element.loadVector(map, first + 3 * rowStride + x))
    }
    let (c0, c1, c2, c3) = (column(0), column(1), column(2), column(3))
    @inline(__always)
    func row(_ number: Int, _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector) {
      let six = spread(a, b, c, d)
      let target = destination + 6 * number * stride
      store(six.0, target, 0)
      store(six.1, target + stride, 0)
      store(six.2, target + 2 * stride, 0)
      store(six.3, target + 3 * stride, 0)
      store(six.4, target + 4 * stride, 0)
      store(six.5, target + 5 * stride, 0)
    }
    row(0, c0.0, c1.0, c2.0, c3.0)
    row(1, c0.1, c1.1, c2.1, c3.1)
    row(2, c0.2, c1.2, c2.2, c3.2)
    row(3, c0.3, c1.3, c2.3, c3.3)
    row(4, c0.4, c1.4, c2.4, c3.4)
    row(5, c0.5, c1.5, c2.5, c3.5)
  }

  /// The values of p0 + p1·x + p2·x² + p3·x³ at the points.
  @inline(__always)
  private static func spread(_ p0: Vector, _ p1: Vector, _ p2: Vector, _ p3: Vector) -> SixVectors {
    let innerEven = p0.addingProduct(p2, Vector(repeating: WinogradPoints.innerSquare))
    let innerOdd = (p1 * WinogradPoints.inner)
      .addingProduct(p3, Vector(repeating: WinogradPoints.innerCube))
    let outerEven = p0.addingProduct(p2, Vector(repeating: WinogradPoints.outerSquare))
    let outerOdd = (p1 * WinogradPoints.outer)
      .addingProduct(p3, Vector(repeating: WinogradPoints.outerCube))
    return (
      p0, innerEven + innerOdd, innerEven - innerOdd, outerEven + outerOdd, outerEven - outerOdd, p3
    )
  }
}

typealias SixVectors = (Vector, Vector, Vector, Vector, Vector, Vector)

/// Gᵀ s G: 36 frequencies `stride` apart become 9 taps `stride` apart.
@inline(__always)
private func transformKernelGradient(_ sums: Floats, stride: Int, into taps: MutableFloats) {
  @inline(__always)
  func column(_ number: Int) -> (Vector, Vector, Vector) {
    let s = sums + number * stride
    return gather(
      load(s, 0), load(s + 6 * stride, 0), load(s + 12 * stride, 0), load(s + 18 * stride, 0),
      load(s + 24 * stride, 0), load(s + 30 * stride, 0))
  }
  let (c0, c1, c2) = (column(0), column(1), column(2))
  let (c3, c4, c5) = (column(3), column(4), column(5))
  @inline(__always)
  func row(_ number: Int, _ values: (Vector, Vector, Vector)) {
    store(values.0, taps + 3 * number * stride, 0)
    store(values.1, taps + (3 * number + 1) * stride, 0)
    store(values.2, taps + (3 * number + 2) * stride, 0)
  }
  row(0, gather(c0.0, c1.0, c2.0, c3.0, c4.0, c5.0))
  row(1, gather(c0.1, c1.1, c2.1, c3.1, c4.1, c5.1))
  row(2, gather(c0.2, c1.2, c2.2, c3.2, c4.2, c5.2))
}

/// The adjoint of what the forward pass makes of a kernel's column: three taps from six frequencies.
@inline(__always)
private func gather(
  _ f0: Vector, _ f1: Vector, _ f2: Vector, _ f3: Vector, _ f4: Vector, _ f5: Vector
) -> (Vector, Vector, Vector) {
  let a2 = WinogradPoints.innerSquare
  let b2 = WinogradPoints.outerSquare
  let innerFactor = 1 / (2 * a2 * (a2 - b2))
  let outerFactor = 1 / (2 * b2 * (b2 - a2))
  let innerSum = (f1 + f2) * innerFactor
  let outerSum = (f3 + f4) * outerFactor
  let innerDifference = (f1 - f2) * (WinogradPoints.inner * innerFactor)
  let outerDifference = (f3 - f4) * (WinogradPoints.outer * outerFactor)
  return (
    (f0 * (1 / WinogradPoints.squareProduct)) + innerSum + outerSum,
    innerDifference + outerDifference,
    f5.addingProduct(innerSum, Vector(repeating: a2))
      .addingProduct(outerSum, Vector(repeating: b2))
  )
}
