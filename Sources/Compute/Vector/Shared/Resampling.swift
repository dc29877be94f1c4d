import VectorInterface

extension StoredMapKernels {
  public static func maxPool(
    _ x: InputMap, into output: MutableMap, height: Int, width: Int, rowBuffer: MutableFloats
  ) {
    let half = width / 2
    let (upper, lower) = (Floats(rowBuffer), Floats(rowBuffer + width * lanes))
    for block in 0..<x.blocks {
      for row in 0..<(height / 2) {
        readTwoRows(x, block: block, row: 2 * row, height: height, width: width, into: rowBuffer)
        let destination = output + (block * height / 2 + row) * half * blockBytes
        for column in 0..<half {
          let a = loadBlock(upper, 2 * column)
          let b = loadBlock(upper, 2 * column + 1)
          let c = loadBlock(lower, 2 * column)
          let d = loadBlock(lower, 2 * column + 1)
          let top = a.replacing(with: b, where: b .> a)
          let bottom = c.replacing(with: d, where: d .> c)
          storeMap(top.replacing(with: bottom, where: bottom .> top), destination, column)
        }
      }
    }
  }

  private static func readTwoRows(
    _ x: InputMap, block: Int, row: Int, height: Int, width: Int, into rows: MutableFloats
  ) {
    read(
      x, block: block, pixels: height * width, range: (row * width)..<((row + 2) * width),
      into: rows)
  }

  public static func maxPoolBackward(
    gradient: Map, x: InputMap, into output: MutableMap, height: Int, width: Int,
    accumulating: Bool, rowBuffer: MutableFloats
  ) {
    let half = width / 2
    let (uppers, lowers) = (Floats(rowBuffer), Floats(rowBuffer + width * lanes))
    for block in 0..<x.blocks {
      for row in 0..<(height / 2) {
        readTwoRows(x, block: block, row: 2 * row, height: height, width: width, into: rowBuffer)
        let gradients = gradient + (block * height / 2 + row) * half * blockBytes
        let upper = output + (block * height + 2 * row) * width * blockBytes
        let lower = upper + width * blockBytes
        for column in 0..<half {
          let g = loadMap(gradients, column)
          let (left, right) = (2 * column, 2 * column + 1)
          let a = loadBlock(uppers, left)
          let b = loadBlock(uppers, right)
          let c = loadBlock(lowers, left)
          let d = loadBlock(lowers, right)
          let bottomFirst = c .>= d
          let topFirst = a .>= b
          let top = b.replacing(with: a, where: topFirst)
          let bottom = d.replacing(with: c, where: bottomFirst)
          let upperWins = top .>= bottom
          let ga = Block.zero.replacing(with: g, where: upperWins .& topFirst)
          let gb = Block.zero.replacing(with: g, where: upperWins .& .!topFirst)
          let gc = Block.zero.replacing(with: g, where: .!upperWins .& bottomFirst)
          let gd = Block.zero.replacing(with: g, where: .!upperWins .& .!bottomFirst)
          if accumulating {
            storeMap(loadMap(upper, left) + ga, upper, left)
            storeMap(loadMap(upper, right) + gb, upper, right)
            storeMap(loadMap(lower, left) + gc, lower, left)
            storeMap(loadMap(lower, right) + gd, lower, right)
          } else {
            storeMap(ga, upper, left)
            storeMap(gb, upper, right)
            storeMap(gc, lower, left)
            storeMap(gd, lower, right)
          }
        }
      }
    }
  }

  public static func enlarge(
    _ x: Map, into output: MutableMap, height: Int, width: Int, blocks: Int,
    rows: EnlargementTable, columns: EnlargementTable, rowBuffer: MutableFloats
  ) {
    for block in 0..<blocks {
      let source = x + block * height * width * blockBytes
      let destination = output + block * 4 * height * width * blockBytes
      for row in 0..<(2 * height) {
        let lower = Int(rows.lower[row])
        let weight = Block(repeating: rows.upperWeight[row])
        let above = min(lower + 1, height - 1)
        for column in 0..<width {
          let a = loadMap(source, lower * width + column)
          let b = loadMap(source, above * width + column)
          storeBlock(a.addingProduct(weight, b - a), rowBuffer, column)
        }
        for column in 0..<(2 * width) {
          let left = Int(columns.lower[column])
          let a = loadBlock(rowBuffer, left)
          let b = loadBlock(rowBuffer, min(left + 1, width - 1))
          let value = a.addingProduct(Block(repeating: columns.upperWeight[column]), b - a)
          storeMap(value, destination, row * 2 * width + column)
        }
      }
    }
  }

  public static func enlargeBackward(
    gradient: Map, into output: MutableMap, height: Int, width: Int, blocks: Int,
    rows: EnlargementTable, columns: EnlargementTable, rowBuffer: MutableFloats
  ) {
    for block in 0..<blocks {
      let source = gradient + block * 4 * height * width * blockBytes
      let destination = output + block * height * width * blockBytes
      for row in 0..<height {
        let from = Int(rows.first[row])
        let to = Int(rows.first[row + 1])
        for column in 0..<(2 * width) {
          var sum = Block.zero
          for k in from..<to {
            let place = Int(rows.outputs[k]) * 2 * width + column
            sum.addProduct(Block(repeating: rows.outputWeights[k]), loadMap(source, place))
          }
          storeBlock(sum, rowBuffer, column)
        }
        for column in 0..<width {
          var sum = Block.zero
          for k in Int(columns.first[column])..<Int(columns.first[column + 1]) {
            let value = loadBlock(rowBuffer, Int(columns.outputs[k]))
            sum.addProduct(Block(repeating: columns.outputWeights[k]), value)
          }
          storeMap(sum, destination, row * width + column)
        }
      }
    }
  }
}
