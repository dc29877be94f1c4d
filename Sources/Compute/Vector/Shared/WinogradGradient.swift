import VectorInterface

/// Tiles of a chunk, at least. A chunk's sum is made by itself before it is added to that of the chunks
/// before: so this decides bits.
private let gradientTiles = 64

extension StoredMapKernels {
  public static func winogradGradientScratchCount(_ shape: WinogradShape) -> Int {
    WinogradPlan(gradientOf: shape).gradientScratchCount
  }

  public static func winogradWeightGradient(
    _ x: ConvolutionInput, gradient: Map, into values: MutableFloats, shape: WinogradShape,
    scratch: MutableFloats
  ) {
    let plan = WinogradPlan(gradientOf: shape)
    let gradients = scratch + plan.valueCount
    let band = gradients + plan.productCount
    let sums = scratch + plan.scratchCount
    let dy = ConvolutionInput(InputMap(gradient, blocks: shape.outBlocks))
    for rows in plan.chunks {
      transformInput(plan, x, rows: rows, into: scratch, band: band)
      transformGradient(plan, dy, rows: rows, into: gradients, band: band)
      if plan.isOneChunk {
        plan.transformCorrelation(scratch, gradients, sums: sums, into: values)
      } else {
        plan.correlate(
          scratch, gradients, tiles: rows.count * plan.columns, isFirst: rows.lowerBound == 0,
          into: sums)
      }
    }
    if !plan.isOneChunk { plan.transformKernelGradients(sums, into: values) }
    addChannelSums(
      gradient, pixels: shape.height * shape.width, blocks: shape.outBlocks,
      into: values + 9 * plan.pairs)
  }

  /// The frequencies of some rows of tiles of a gradient, zeros outside the image.
  private static func transformGradient(
    _ plan: WinogradPlan, _ gradient: ConvolutionInput, rows: Range<Int>,
    into values: MutableFloats, band: MutableFloats
  ) {
    let side = plan.tile.side
    for block in 0..<plan.outBlocks {
      fillBand(
        plan, gradient, block: block, first: rows.lowerBound * side, rows: rows.count * side,
        margin: 0, into: band)
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

extension WinogradPlan {
  /// For the weight gradient: one group of tiles a chunk, so that a frequency's tiles of one block
  /// lie one after the other.
  init(gradientOf shape: WinogradShape) {
    self.init(shape) { _, columns in
      (gradientTiles + columns - 1) / columns
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
  fileprivate func correlate(
    _ inputs: Floats, _ gradients: Floats, tiles: Int, isFirst: Bool, into sums: MutableFloats
  ) {
    for frequency in 0..<tile.frequencies {
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
