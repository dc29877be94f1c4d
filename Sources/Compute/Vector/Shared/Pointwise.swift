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
    _ x: ConvolutionInput, weights: Floats, bias: Floats?, into output: MutableMap, pixels: Int,
    outBlocks: Int, scratch: MutableFloats
  ) {
    let inBlocks = x.blocks
    let products = scratch
    let converted = scratch + outBlocks * pointwiseChunk * lanes
    for first in stride(from: 0, to: pixels, by: pointwiseChunk) {
      let end = min(first + pointwiseChunk, pixels)
      let (values, blockStride) = floats(
        x, first..<end, pixels: pixels, scratch: converted)
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
    _ x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats, pixels: Int,
    scratch: MutableFloats
  ) {
    let (inBlocks, outBlocks) = (x.blocks, gradient.blocks)
    let sums = values + inBlocks * lanes * outBlocks * lanes
    sums.update(repeating: 0, count: outBlocks * lanes)
    for first in stride(from: 0, to: pixels, by: pointwiseChunk) {
      let range = first..<min(first + pointwiseChunk, pixels)
      let left = floats(x, range, pixels: pixels, scratch: scratch)
      let right = floats(
        gradient, range, pixels: pixels, scratch: scratch + inBlocks * pointwiseChunk * lanes)
      addCorrelation(
        left.values, right.values, count: range.count, inBlocks: inBlocks,
        outBlocks: outBlocks, inputStride: left.blockStride,
        gradientStride: right.blockStride, isFirst: first == 0, into: values)
      for block in 0..<outBlocks {
        addChannelSum(
          right.values + block * right.blockStride, count: range.count, to: sums + block * lanes)
      }
    }
  }

  /// Some pixels of an input as Floats, [blocks][pixels][lanes]: where they are, or read into
  /// `scratch`.
  private static func floats(
    _ input: ConvolutionInput, _ range: Range<Int>, pixels: Int, scratch: MutableFloats
  ) -> (values: Floats, blockStride: Int) {
    if Element.self == Float.self, input.second == nil, case .plain = input.first.reading {
      let values = input.first.map.assumingMemoryBound(to: Float.self)
      return (values + range.lowerBound * lanes, pixels * lanes)
    }
    for block in 0..<input.blocks {
      read(
        input, block: block, pixels: pixels, range: range,
        into: scratch + block * pointwiseChunk * lanes)
    }
    return (Floats(scratch), pointwiseChunk * lanes)
  }
}
