import VectorInterface

/// How one image is cut: tiles in raster order, groups of tiles that one register block holds, and
/// chunks of whole rows of tiles whose transforms stay in the second-level cache. The rows of a chunk
/// are read into a band of Floats first, one block of channels at a time.
struct WinogradPlan {
  let tile: WinogradTileSize
  let height: Int
  let width: Int
  let inBlocks: Int
  let outBlocks: Int
  /// Tiles in a row, rows of tiles in the image and in a chunk.
  let columns: Int
  let tileRows: Int
  let chunkRows: Int
  /// Tiles in a group.
  let group: Int
  /// Floats from one frequency to the next; one block more than needed, so that the streams do not
  /// meet in the same cache sets.
  let valueStride: Int
  let productStride: Int

  /// - Parameters:
  ///   - rows: of tiles in a chunk, from those of the image and the tiles in a row.
  ///   - group: tiles in a group, from those in a chunk.
  init(
    _ shape: WinogradShape, rows: (_ tileRows: Int, _ columns: Int) -> Int,
    group: (_ tiles: Int) -> Int
  ) {
    tile = shape.tile
    (height, width) = (shape.height, shape.width)
    (inBlocks, outBlocks) = (shape.inBlocks, shape.outBlocks)
    columns = (width + tile.side - 1) / tile.side
    tileRows = (height + tile.side - 1) / tile.side
    chunkRows = min(tileRows, max(1, rows(tileRows, columns)))
    let tiles = chunkRows * columns
    self.group = group(tiles)
    let padded = (tiles + self.group - 1) / self.group * self.group
    valueStride = (padded * inBlocks + 1) * lanes
    productStride = (padded * outBlocks + 1) * lanes
  }

  /// For a convolution. Chunks of about equal size, groups of few tiles too many.
  init(_ shape: WinogradShape) {
    self.init(shape) { tileRows, columns in
      let bytes = Self.tileBytes(shape) * columns
      let chunks = (tileRows * bytes + winogradChunkBytes - 1) / winogradChunkBytes
      return (tileRows + chunks - 1) / max(1, chunks)
    } group: { tiles in
      var best = (group: 0, cost: Int.max)
      for group in winogradGroups {
        // Twice the tiles to multiply, and one for each group: what loads weights costs.
        let cost = (tiles + group - 1) / group * (2 * group + 1)
        if cost <= best.cost { best = (group, cost) }
      }
      return best.group
    }
  }

  /// Of a tile's transforms.
  static func tileBytes(_ shape: WinogradShape) -> Int {
    shape.tile.frequencies * 4 * lanes * (shape.inBlocks + shape.outBlocks)
  }

  var valueCount: Int { tile.frequencies * valueStride }
  var productCount: Int { tile.frequencies * productStride }
  /// Pixels in a row of the band.
  var bandWidth: Int { columns * tile.side + 2 }
  private var bandCount: Int { (chunkRows * tile.side + 2) * bandWidth * lanes }
  var scratchCount: Int { valueCount + productCount + bandCount }

  /// Rows of tiles, a chunk at a time.
  var chunks: some Sequence<Range<Int>> {
    stride(from: 0, to: tileRows, by: chunkRows).lazy.map { [self] first in
      first..<Swift.min(first + chunkRows, tileRows)
    }
  }

  /// Where a tile's block of channels lies in a chunk: [groups][blocks][tiles of a group][lanes].
  @inline(__always)
  func offset(tile: Int, block: Int, blocks: Int) -> Int {
    let (number, place) = tile.quotientAndRemainder(dividingBy: group)
    return ((number * blocks + block) * group + place) * lanes
  }

  // MARK: Transforms

  /// - Parameter patch: in the band.
  @inline(__always)
  func transformPatch(_ patch: Floats, into target: MutableFloats) {
    switch tile {
    case .small:
      SmallTile.transformPatch(patch, rowStride: bandWidth, into: target, stride: valueStride)
    case .large:
      LargeTile.transformPatch(patch, rowStride: bandWidth, into: target, stride: valueStride)
    }
  }

  /// - Parameter pixels: in the band.
  @inline(__always)
  func transformProducts(_ products: Floats, bias: Vector, into pixels: MutableFloats) {
    switch tile {
    case .small:
      SmallTile.transformProducts(
        products, stride: productStride, bias: bias, into: pixels, rowStride: bandWidth)
    case .large:
      LargeTile.transformProducts(
        products, stride: productStride, bias: bias, into: pixels, rowStride: bandWidth)
    }
  }

  // MARK: Products

  /// - Parameter before: called before each frequency.
  @inline(__always)
  func multiply(
    _ values: Floats, _ weights: Floats, into products: MutableFloats, tiles: Int,
    before: (_ frequency: Int) -> Void
  ) {
    let groups = (tiles + group - 1) / group
    for frequency in 0..<tile.frequencies {
      before(frequency)
      for number in 0..<groups {
        multiplyGroup(
          values + frequency * valueStride + number * inBlocks * group * lanes,
          weights + frequency * inBlocks * outBlocks * lanes * lanes,
          products + frequency * productStride + number * outBlocks * group * lanes,
          group: group, inBlocks: inBlocks, outBlocks: outBlocks)
      }
    }
  }
}

/// One frequency of one group of tiles.
@inline(never)
private func multiplyGroup(
  _ values: Floats, _ weights: Floats, _ products: MutableFloats, group: Int, inBlocks: Int,
  outBlocks: Int
) {
  @inline(__always)
  func multiply<let size: Int>(_ group: TileGroup<size>.Type) {
    multiplyTiles(
      values, blockStride: size * lanes, weights, into: products, group: group,
      inBlocks: inBlocks, outBlocks: outBlocks)
  }
  switch group {
  case 4: multiply(TileGroup<4>.self)
  case 5: multiply(TileGroup<5>.self)
  case 6: multiply(TileGroup<6>.self)
  case 7: multiply(TileGroup<7>.self)
  case 8: multiply(TileGroup<8>.self)
  case 9: multiply(TileGroup<9>.self)
  case 10: multiply(TileGroup<10>.self)
  case 11: multiply(TileGroup<11>.self)
  case 12: multiply(TileGroup<12>.self)
  case 13: multiply(TileGroup<13>.self)
  default: multiply(TileGroup<14>.self)
  }
}
