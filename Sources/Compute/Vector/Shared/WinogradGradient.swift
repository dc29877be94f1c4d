import VectorInterface

/// Tiles of an image that are one chunk, and tiles of a chunk, at least, of a larger image. A chunk's sum
/// is made by itself before it is added to that of the chunks before: so these decide bits.
private let tilesAtOnce = 64
private let chunkTiles = 43

extension StoredMapKernels {
  public static func winogradGradientScratchCount(_ shape: WinogradShape) -> Int {
    WinogradPlan(gradientOf: shape).gradientScratchCount
  }

  public static func winogradWeightGradient(
    _ x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats,
    shape: WinogradShape, scratch: MutableFloats
  ) {
    let plan = WinogradPlan(gradientOf: shape)
    let gradients = scratch + plan.valueCount
    let band = gradients + plan.productCount
    let sums = scratch + plan.scratchCount
    let channelSums = values + 9 * plan.pairs
    channelSums.update(repeating: 0, count: shape.outBlocks * lanes)
    for rows in plan.chunks {
      transformInput(plan, x, rows: rows, into: scratch, band: band)
      transformGradient(
        plan, gradient, rows: rows, into: gradients, sums: channelSums, band: band)
      if plan.isOneChunk {
        plan.transformCorrelation(scratch, gradients, sums: sums, into: values)
      } else {
        let next = prefetch(plan, after: rows)
        plan.correlate(
          scratch, gradients, tiles: rows.count * plan.columns, isFirst: rows.lowerBound == 0,
          into: sums
        ) { frequency in
          next.run(x, part: frequency, of: plan.tile.frequencies)
          next.run(gradient, part: frequency, of: plan.tile.frequencies)
        }
      }
    }
    if !plan.isOneChunk { plan.transformKernelGradients(sums, into: values) }
  }

  /// The frequencies of some rows of tiles of a gradient, zeros outside the image, and Σ of each
  /// channel, row by row.
  private static func transformGradient(
    _ plan: WinogradPlan, _ gradient: ConvolutionInput, rows: Range<Int>,
    into values: MutableFloats, sums: MutableFloats, band: MutableFloats
  ) {
    let side = plan.tile.side
    for block in 0..<plan.outBlocks {
      fillBand(
        plan, gradient, block: block, first: rows.lowerBound * side, rows: rows.count * side,
        margin: 0, into: band)
      for row in 0..<(min(rows.upperBound * side, plan.height) - rows.lowerBound * side) {
        addChannelSum(
          band + row * plan.bandWidth * lanes, count: plan.width, to: sums + block * lanes)
      }
      for tile in 0..<(rows.count * plan.columns) {
        let (row, column) = tile.quotientAndRemainder(dividingBy: plan.columns)
        let pixels = band + (row * plan.bandWidth + column) * side * lanes
        let target = values + plan.offset(tile: tile, block: block, blocks: plan.outBlocks)
        for part in 0..<vectorsPerBlock {
          plan.transformGradient(pixels + part * vectorLanes, into: target + part * vectorLanes)
        }
      }
    }
  }

  /// Adds Σ over pixels of one block, [pixels][lanes].
  @inline(__always)
  static func addChannelSum(_ values: Floats, count: Int, to sums: MutableFloats) {
    var even = Block.zero
    var odd = Block.zero
    for pair in 0..<(count / 2) {
      even += loadBlock(values, 2 * pair)
      odd += loadBlock(values, 2 * pair + 1)
    }
    if count % 2 == 1 { even += loadBlock(values, count - 1) }
    storeBlock(loadBlock(sums, 0) + (even + odd), sums, 0)
  }
}

extension WinogradPlan {
  /// For the weight gradient: one group of tiles a chunk, so that a frequency's tiles of one block
  /// lie one after the other.
  init(gradientOf shape: WinogradShape) {
    self.init(shape) { tileRows, columns in
      tileRows * columns <= tilesAtOnce ? tileRows : (chunkTiles + columns - 1) / columns
    } group: {
      $0
    }
  }

  /// Pairs of channels.
  fileprivate var pairs: Int { inBlocks * outBlocks * lanes * lanes }

  fileprivate var isOneChunk: Bool { chunkRows == tileRows }

  /// Floats from one frequency to the next of what `transformCorrelation` has in the cache.
  private var localStride: Int { (2 * gradientRows * vectorsPerBlock + 1) * lanes }

  fileprivate var gradientScratchCount: Int {
    scratchCount + tile.frequencies * (isOneChunk ? localStride : pairs)
  }

  /// - Parameter pixels: in the band.
  @inline(__always)
  fileprivate func transformGradient(_ pixels: Floats, into target: MutableFloats) {
    switch tile {
    case .small:
      SmallTile.transformGradient(pixels, rowStride: bandWidth, into: target, stride: productStride)
    case .large:
      LargeTile.transformGradient(pixels, rowStride: bandWidth, into: target, stride: productStride)
    }
  }

  /// Σ over the chunk's tiles of input · gradient for each frequency and pair of channels; sums are
  /// [frequencies][inputs][outBlocks][lanes].
  /// - Parameter before: called before each frequency.
  @inline(__always)
  fileprivate func correlate(
    _ inputs: Floats, _ gradients: Floats, tiles: Int, isFirst: Bool, into sums: MutableFloats,
    before: (_ frequency: Int) -> Void
  ) {
    for frequency in 0..<tile.frequencies {
      before(frequency)
      addCorrelation(
        inputs + frequency * valueStride, gradients + frequency * productStride, count: tiles,
        inBlocks: inBlocks, outBlocks: outBlocks, inputStride: group * lanes,
        gradientStride: group * lanes, isFirst: isFirst, into: sums + frequency * pairs)
    }
  }

  fileprivate func transformKernelGradients(_ sums: Floats, into values: MutableFloats) {
    for index in stride(from: 0, to: pairs, by: vectorLanes) {
      transformKernelGradient(sums + index, stride: pairs, into: values + index)
    }
  }

  @inline(__always)
  private func transformKernelGradient(_ sums: Floats, stride: Int, into taps: MutableFloats) {
    switch tile {
    case .small:
      SmallTile.transformKernelGradient(sums, stride: stride, into: taps, tapStride: pairs)
    case .large:
      LargeTile.transformKernelGradient(sums, stride: stride, into: taps, tapStride: pairs)
    }
  }

  /// The same where all tiles are in one chunk: the sums of a few pairs of channels for all frequencies
  /// become taps before they leave the cache, [9][inputs][outBlocks][lanes].
  fileprivate func transformCorrelation(
    _ inputs: Floats, _ gradients: Floats, sums: MutableFloats, into values: MutableFloats
  ) {
    let vectors = outBlocks * vectorsPerBlock
    let rowStride = 2 * vectorLanes
    for channel in stride(from: 0, to: inBlocks * lanes, by: gradientRows) {
      let source = inputs + channel / lanes * group * lanes + channel % lanes
      for vector in stride(from: 0, to: vectors, by: 2) {
        let width = Swift.min(2, vectors - vector)
        for frequency in 0..<tile.frequencies {
          correlateVectors(
            source + frequency * valueStride, gradients + frequency * productStride,
            vector: vector, width: width, count: group, gradientStride: group * lanes,
            isFirst: true, into: sums + frequency * localStride, rowStride: rowStride)
        }
        for row in 0..<gradientRows {
          for part in 0..<width {
            transformKernelGradient(
              sums + row * rowStride + part * vectorLanes, stride: localStride,
              into: values + (channel + row) * outBlocks * lanes + (vector + part) * vectorLanes)
          }
        }
      }
    }
  }
}
