import VectorInterface

extension StoredMapKernels {
  /// Kernels [O, I, 3, 3] become [frequencies][pairs of registers][rows][registers of the
  /// pair][lanes].
  public static func transformWinogradWeights(
    _ weights: Floats, tile: WinogradTileSize, rows: [Int32], columns: [Int32], rotated: Bool,
    into transformed: MutableFloats
  ) {
    let stride = rows.count * columns.count
    for vector in 0..<(columns.count / vectorLanes) {
      for (number, row) in rows.enumerated() {
        var kernel = Kernel()
        for lane in 0..<vectorLanes where row >= 0 && columns[vector * vectorLanes + lane] >= 0 {
          let offset = Int(row + columns[vector * vectorLanes + lane])
          kernel.set(lane, weights + offset, rotated: rotated)
        }
        let target =
          transformed
          + weightOffset(vector: vector, row: number, rows: rows.count, columns: columns.count)
        switch tile {
        case .small: SmallTile.transformKernel(kernel, into: target, stride: stride)
        case .large: LargeTile.transformKernel(kernel, into: target, stride: stride)
        }
      }
    }
  }
}

/// Where a register of weights lies for `multiplyTiles`: [pairs of registers][rows][registers of the
/// pair][their lanes]; the last pair may be a single one.
func weightOffset(vector: Int, row: Int, rows: Int, columns: Int) -> Int {
  let pair = vector / 2 * 2
  let width = min(2, columns / vectorLanes - pair)
  return (pair * rows + row * width + vector - pair) * vectorLanes
}
