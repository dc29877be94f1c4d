import CMemory
import VectorInterface

extension StoredMapKernels {
  public static func winogradScratchCount(_ shape: WinogradShape) -> Int {
    WinogradPlan(shape).scratchCount
  }

  public static func winogradConvolve(
    _ x: ConvolutionInput, weights: Floats, bias: Floats?, into output: MutableMap,
    shape: WinogradShape, step: OutputStep, scratch: MutableFloats
  ) {
    let plan = WinogradPlan(shape)
    let products = scratch + plan.valueCount
    let band = products + plan.productCount
    for rows in plan.chunks {
      transformInput(plan, x, rows: rows, into: scratch, band: band)
      let next = prefetch(plan, after: rows)
      plan.multiply(scratch, weights, into: products, tiles: rows.count * plan.columns) {
        next.run(x, part: $0, of: plan.tile.frequencies)
      }
      transformOutput(
        plan, products, bias: bias, rows: rows, into: output, step: step, band: band)
    }
    switch_dist_end_stream()
  }

  /// The frequencies of the patches of some rows of tiles.
  static func transformInput(
    _ plan: WinogradPlan, _ x: ConvolutionInput, rows: Range<Int>, into values: MutableFloats,
    band: MutableFloats
  ) {
    let side = plan.tile.side
    let width = plan.bandWidth
    for block in 0..<plan.inBlocks {
      fillBand(
        plan, x, block: block, first: rows.lowerBound * side - 1, rows: rows.count * side + 2,
        margin: 1, into: band)
      for tile in 0..<(rows.count * plan.columns) {
        let (row, column) = tile.quotientAndRemainder(dividingBy: plan.columns)
        let patch = band + (row * width + column) * side * lanes
        let target = values + plan.offset(tile: tile, block: block, blocks: plan.inBlocks)
        for part in 0..<vectorsPerBlock {
          plan.transformPatch(patch + part * vectorLanes, into: target + part * vectorLanes)
        }
      }
    }
  }

  /// What the chunk after `rows` reads that this one does not.
  static func prefetch(_ plan: WinogradPlan, after rows: Range<Int>) -> Prefetch {
    let side = plan.tile.side
    let first = min(rows.upperBound * side + 1, plan.height)
    let last = min((rows.upperBound + plan.chunkRows) * side + 1, plan.height)
    let rowBytes = plan.width * blockBytes
    return Prefetch(
      bytes: (first * rowBytes)..<(last * rowBytes), blockStride: plan.height * rowBytes)
  }

  /// Rows of one block as Floats, [rows][bandWidth][lanes], with `margin` pixels of zeros to the left;
  /// zeros outside the image.
  static func fillBand(
    _ plan: WinogradPlan, _ x: ConvolutionInput, block: Int, first: Int, rows: Int, margin: Int,
    into band: MutableFloats
  ) {
    let rest = plan.bandWidth - margin - plan.width
    for row in 0..<rows {
      let line = band + row * plan.bandWidth * lanes
      let y = first + row
      guard y >= 0 && y < plan.height else {
        line.update(repeating: 0, count: plan.bandWidth * lanes)
        continue
      }
      line.update(repeating: 0, count: margin * lanes)
      read(
        x, block: block, pixels: plan.height * plan.width,
        range: (y * plan.width)..<((y + 1) * plan.width), into: line + margin * lanes)
      (line + (margin + plan.width) * lanes).update(repeating: 0, count: rest * lanes)
    }
  }

  /// The pixels of some rows of tiles, by way of the band: its rows do not lie a power of two apart, as
  /// those of most maps do, which would meet in the same cache sets.
  private static func transformOutput(
    _ plan: WinogradPlan, _ products: Floats, bias: Floats?, rows: Range<Int>,
    into output: MutableMap, step: OutputStep, band: MutableFloats
  ) {
    let side = plan.tile.side
    let first = rows.lowerBound * side
    let last = min(rows.upperBound * side, plan.height)
    for block in 0..<plan.outBlocks {
      for tile in 0..<(rows.count * plan.columns) {
        let (row, column) = tile.quotientAndRemainder(dividingBy: plan.columns)
        let source = products + plan.offset(tile: tile, block: block, blocks: plan.outBlocks)
        let target = band + (row * plan.bandWidth + column) * side * lanes
        for part in 0..<vectorsPerBlock {
          plan.transformProducts(
            source + part * vectorLanes,
            bias: bias.map { load($0, block * vectorsPerBlock + part) } ?? .zero,
            into: target + part * vectorLanes)
        }
      }
      let map = output + (block * plan.height + first) * plan.width * blockBytes
      for row in 0..<(last - first) {
        let line = band + row * plan.bandWidth * lanes
        let start = (first + row) * plan.width
        run(step, on: line, start..<(start + plan.width), block: block, plan)
        storeRow(line, pixels: plan.width, into: map + row * plan.width * blockBytes)
      }
    }
  }

  /// - Parameter range: the pixels of the map that `line` holds.
  private static func run(
    _ step: OutputStep, on line: MutableFloats, _ range: Range<Int>, block: Int,
    _ plan: WinogradPlan
  ) {
    switch step {
    case .none: break
    case .moments(let moments):
      addMoments(0..<range.count, block: block, to: moments) { loadBlock(line, $0) }
    case .activationGradient(let gradient):
      activationBackward(range, block: block, pixels: plan.height * plan.width, gradient) {
        loadBlock(line, $0 - range.lowerBound)
      } store: {
        storeBlock($0, line, $1 - range.lowerBound)
      }
    }
  }

  /// One row as it is stored. Past the caches: nobody reads it until they have held all other maps.
  private static func storeRow(_ line: Floats, pixels: Int, into map: MutableMap) {
    guard Element.self == Float.self, Int(bitPattern: map) % 64 == 0 else {
      for pixel in 0..<pixels { storeMap(loadBlock(line, pixel), map, pixel) }
      return
    }
    let target = map.assumingMemoryBound(to: Float.self)
    for pixel in 0..<pixels { switch_dist_stream(target + pixel * lanes, line + pixel * lanes) }
  }
}
