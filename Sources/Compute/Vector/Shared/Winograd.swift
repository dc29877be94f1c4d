import VectorInterface

extension StoredMapKernels {
  public static func winogradWeightCount(inBlocks: Int, outBlocks: Int) -> Int {
    36 * inBlocks * outBlocks * lanes * lanes
  }

  public static func winogradScratchCount(
    height: Int, width: Int, inBlocks: Int, outBlocks: Int
  ) -> Int {
    WinogradPlan(height: height, width: width, inBlocks: inBlocks, outBlocks: outBlocks)
      .scratchCount
  }

  public static func winogradConvolve(
    _ x: Map, weights: Floats, bias: Floats?, into output: MutableMap, height: Int,
    width: Int, inBlocks: Int, outBlocks: Int, scratch: MutableFloats
  ) {
    let plan = WinogradPlan(
      height: height, width: width, inBlocks: inBlocks, outBlocks: outBlocks)
    let values = scratch
    let products = scratch + plan.valueCount
    let patch = products + plan.productCount
    for first in stride(from: 0, to: plan.tiles, by: plan.chunk) {
      let count = min(plan.chunk, plan.tiles - first)
      plan.transformInput(
        Element.self, x, tiles: first..<(first + count), into: values, patch: patch)
      plan.multiply(values, weights, into: products, tiles: count)
      plan.transformOutput(
        Element.self, products, bias: bias, tiles: first..<(first + count), into: output,
        patch: patch)
    }
  }
}

/// How one image is cut: 4 × 4 tiles in raster order, groups of tiles that one register block
/// holds, and chunks of groups whose transforms stay in the second-level cache.
struct WinogradPlan {
  let height: Int
  let width: Int
  let inBlocks: Int
  let outBlocks: Int
  /// Tiles in a row and in all.
  let columns: Int
  let tiles: Int
  /// Tiles in a group and in a chunk.
  let group: Int
  let chunk: Int
  /// Floats from one frequency to the next; one block more than needed, so that the 36 streams do
  /// not meet in the same cache sets.
  let valueStride: Int
  let productStride: Int

  init(
    height: Int, width: Int, inBlocks: Int, outBlocks: Int, group: Int, chunk: Int
  ) {
    (self.height, self.width) = (height, width)
    (self.inBlocks, self.outBlocks) = (inBlocks, outBlocks)
    (self.group, self.chunk) = (group, chunk)
    columns = (width + 3) / 4
    tiles = (height + 3) / 4 * columns
    valueStride = (chunk * inBlocks + 1) * lanes
    productStride = (chunk * outBlocks + 1) * lanes
  }

  /// Groups and chunks for a convolution.
  init(height: Int, width: Int, inBlocks: Int, outBlocks: Int) {
    let tiles = (height + 3) / 4 * ((width + 3) / 4)
    var best = (group: 0, cost: Int.max)
    for group in winogradGroups {
      // Twice the tiles to multiply, and one for each group: what loads weights costs.
      let cost = (tiles + group - 1) / group * (2 * group + 1)
      if cost <= best.cost { best = (group, cost) }
    }
    let groupBytes = 36 * 4 * lanes * (inBlocks + outBlocks) * best.group
    let groups = min(
      max(1, winogradChunkBytes / groupBytes), (tiles + best.group - 1) / best.group)
    self.init(
      height: height, width: width, inBlocks: inBlocks, outBlocks: outBlocks, group: best.group,
      chunk: groups * best.group)
  }

  var valueCount: Int { 36 * valueStride }
  var productCount: Int { 36 * productStride }
  var scratchCount: Int { valueCount + productCount + 36 * lanes }

  /// Where a tile's block of channels lies in a chunk: [groups][blocks][tiles of a group][lanes].
  @inline(__always)
  private func offset(tile: Int, block: Int, blocks: Int) -> Int {
    let (number, place) = tile.quotientAndRemainder(dividingBy: group)
    return ((number * blocks + block) * group + place) * lanes
  }

  @inline(__always)
  func transformInput<Element: StoredElement>(
    _ element: Element.Type, _ x: Map, tiles: Range<Int>, into values: MutableFloats,
    patch: MutableFloats
  ) {
    for block in 0..<inBlocks {
      let map = x + block * height * width * lanes * MemoryLayout<Element>.stride
      for tile in tiles {
        let (row, column) = tile.quotientAndRemainder(dividingBy: columns)
        let (top, left) = (4 * row - 1, 4 * column - 1)
        let destination =
          values + offset(tile: tile - tiles.lowerBound, block: block, blocks: inBlocks)
        let isInside = top >= 0 && left >= 0 && top + 6 <= height && left + 6 <= width
        if !isInside { copyPatch(element, map, top: top, left: left, into: patch) }
        for part in 0..<vectorsPerBlock {
          let target = destination + part * vectorLanes
          if isInside {
            WinogradTransform<Element>.transformPatch(
              map + part * vectorLanes * MemoryLayout<Element>.stride, first: top * width + left,
              rowStride: width, into: target, stride: valueStride)
          } else {
            WinogradTransform<Float>.transformPatch(
              Map(patch + part * vectorLanes), first: 0, rowStride: 6, into: target,
              stride: valueStride)
          }
        }
      }
    }
  }

  /// A patch at the border, with zeros outside.
  @inline(never)
  private func copyPatch<Element: StoredElement>(
    _ element: Element.Type, _ map: Map, top: Int, left: Int, into patch: MutableFloats
  ) {
    for y in 0..<6 {
      for x in 0..<6 {
        let inside = (0..<height).contains(top + y) && (0..<width).contains(left + x)
        storeBlock(
          inside ? Element.loadBlock(map, (top + y) * width + left + x) : .zero, patch, 6 * y + x)
      }
    }
  }

  @inline(__always)
  func multiply(_ values: Floats, _ weights: Floats, into products: MutableFloats, tiles: Int) {
    let groups = (tiles + group - 1) / group
    for frequency in 0..<36 {
      for number in 0..<groups {
        multiplyGroup(
          values + frequency * valueStride + number * inBlocks * group * lanes,
          weights + frequency * inBlocks * outBlocks * lanes * lanes,
          products + frequency * productStride + number * outBlocks * group * lanes)
      }
    }
  }

  @inline(__always)
  func transformOutput<Element: StoredElement>(
    _ element: Element.Type, _ products: Floats, bias: Floats?, tiles: Range<Int>,
    into output: MutableMap, patch: MutableFloats
  ) {
    for block in 0..<outBlocks {
      let map = output + block * height * width * lanes * MemoryLayout<Element>.stride
      for tile in tiles {
        let (row, column) = tile.quotientAndRemainder(dividingBy: columns)
        let (top, left) = (4 * row, 4 * column)
        let source =
          products + offset(tile: tile - tiles.lowerBound, block: block, blocks: outBlocks)
        let isInside = top + 4 <= height && left + 4 <= width
        for part in 0..<vectorsPerBlock {
          let products = source + part * vectorLanes
          let shift = bias.map { load($0, block * vectorsPerBlock + part) } ?? .zero
          if isInside {
            WinogradTransform<Element>.transformProducts(
              products, stride: productStride, bias: shift,
              into: map + part * vectorLanes * MemoryLayout<Element>.stride,
              first: top * width + left, rowStride: width)
          } else {
            WinogradTransform<Float>.transformProducts(
              products, stride: productStride, bias: shift,
              into: MutableMap(patch + part * vectorLanes), first: 0, rowStride: 4)
          }
        }
        if !isInside { copyTile(element, patch, top: top, left: left, into: map) }
      }
    }
  }

  /// The part of a tile at the border that lies inside.
  @inline(never)
  private func copyTile<Element: StoredElement>(
    _ element: Element.Type, _ tile: Floats, top: Int, left: Int, into map: MutableMap
  ) {
    for y in 0..<min(4, height - top) {
      for x in 0..<min(4, width - left) {
        Element.storeBlock(loadBlock(tile, 4 * y + x), map, (top + y) * width + left + x)
      }
    }
  }

  /// One frequency of one group.
  @inline(__always)
  private func multiplyGroup(_ values: Floats, _ weights: Floats, _ products: MutableFloats) {
    switch group {
    case 4: multiply(TileGroup<4>.self, values, weights, products)
    case 5: multiply(TileGroup<5>.self, values, weights, products)
    case 6: multiply(TileGroup<6>.self, values, weights, products)
    case 7: multiply(TileGroup<7>.self, values, weights, products)
    case 8: multiply(TileGroup<8>.self, values, weights, products)
    case 9: multiply(TileGroup<9>.self, values, weights, products)
    case 10: multiply(TileGroup<10>.self, values, weights, products)
    case 11: multiply(TileGroup<11>.self, values, weights, products)
    case 12: multiply(TileGroup<12>.self, values, weights, products)
    case 13: multiply(TileGroup<13>.self, values, weights, products)
    default: multiply(TileGroup<14>.self, values, weights, products)
    }
  }

  @inline(__always)
  private func multiply<let size: Int>(
    _ group: TileGroup<size>.Type, _ values: Floats, _ weights: Floats, _ products: MutableFloats
  ) {
    multiplyTiles(
      values, blockStride: size * lanes, weights, into: products, group: group,
      inBlocks: inBlocks, outBlocks: outBlocks)
  }
}
