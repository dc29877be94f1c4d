import VectorInterface

/// Pixels whose products are summed by themselves in a weight gradient, so this decides bits; and how
/// many become Floats at a time where maps are stored as something else.
private let pointwiseChunk = 128

extension StoredMapKernels {
  public static func pointwiseWeightOffset(
    input: Int, output: Int, inBlocks: Int, outBlocks: Int
  ) -> Int {
    weightOffset(
      vector: output / vectorLanes, row: input, rows: inBlocks * lanes, columns: outBlocks * lanes)
      + output % vectorLanes
  }

  public static func pointwiseScratchCount(inBlocks: Int, outBlocks: Int) -> Int {
    (inBlocks + outBlocks) * pointwiseChunk * lanes
  }

  public static func pointwiseConvolve(
    _ x: Map, weights: Floats, bias: Floats?, into output: MutableMap, pixels: Int, inBlocks: Int,
    outBlocks: Int, scratch: MutableFloats
  ) {
    let products = scratch
    let converted = scratch + outBlocks * pointwiseChunk * lanes
    for first in stride(from: 0, to: pixels, by: pointwiseChunk) {
      let end = min(first + pointwiseChunk, pixels)
      let (values, blockStride) = floats(
        x, first..<end, pixels: pixels, blocks: inBlocks, scratch: converted)
      var pixel = first
      while pixel < end {
        let source = values + (pixel - first) * lanes
        let isGroup = pixel + pointwiseGroup <= end
        if isGroup {
          multiplyTiles(
            source, blockStride: blockStride, weights, into: products,
            group: PointwiseGroup.self, inBlocks: inBlocks, outBlocks: outBlocks)
        } else {
          multiplyTiles(
            source, blockStride: blockStride, weights, into: products,
            group: TileGroup<1>.self, inBlocks: inBlocks, outBlocks: outBlocks)
        }
        let count = isGroup ? pointwiseGroup : 1
        for block in 0..<outBlocks {
          let target = output + block * pixels * blockBytes
          let shift = bias.map { loadBlock($0, block) } ?? .zero
          for k in 0..<count {
            storeMap(loadBlock(products, block * count + k) + shift, target, pixel + k)
          }
        }
        pixel += count
      }
    }
  }

  public static func pointwiseWeightGradient(
    _ x: Map, gradient: Map, into values: MutableFloats, pixels: Int, inBlocks: Int,
    outBlocks: Int, scratch: MutableFloats
  ) {
    for first in stride(from: 0, to: pixels, by: pointwiseChunk) {
      let range = first..<min(first + pointwiseChunk, pixels)
      let inputs = floats(x, range, pixels: pixels, blocks: inBlocks, scratch: scratch)
      let gradients = floats(
        gradient, range, pixels: pixels, blocks: outBlocks,
        scratch: scratch + inBlocks * pointwiseChunk * lanes)
      addCorrelation(
        inputs.values, gradients.values, count: range.count, inBlocks: inBlocks,
        outBlocks: outBlocks, inputStride: inputs.blockStride,
        gradientStride: gradients.blockStride, isFirst: first == 0, into: values)
    }
    addChannelSums(
      gradient, pixels: pixels, blocks: outBlocks,
      into: values + inBlocks * lanes * outBlocks * lanes)
  }

  /// Some pixels of a map as Floats, [blocks][pixels][lanes]: where they are, or converted to
  /// `scratch`.
  @inline(__always)
  private static func floats(
    _ map: Map, _ range: Range<Int>, pixels: Int, blocks: Int, scratch: MutableFloats
  ) -> (values: Floats, blockStride: Int) {
    if Element.self == Float.self {
      return (map.assumingMemoryBound(to: Float.self) + range.lowerBound * lanes, pixels * lanes)
    }
    for block in 0..<blocks {
      let source = map + block * pixels * blockBytes
      for pixel in range {
        storeBlock(
          loadMap(source, pixel), scratch, block * pointwiseChunk + pixel - range.lowerBound)
      }
    }
    return (Floats(scratch), pointwiseChunk * lanes)
  }
}
