import VectorInterface

extension StoredMapKernels {
  public static func maxPool(
    _ x: Map, into output: MutableMap, height: Int, width: Int, blocks: Int
  ) {
    let half = width / 2
    for row in 0..<(blocks * height / 2) {
      let upper = x + 2 * row * width * blockBytes
      let lower = upper + width * blockBytes
      let destination = output + row * half * blockBytes
      for column in 0..<half {
        let a = loadMap(upper, 2 * column)
        let b = loadMap(upper, 2 * column + 1)
        let c = loadMap(lower, 2 * column)
        let d = loadMap(lower, 2 * column + 1)
        let top = a.replacing(with: b, where: b .> a)
        let bottom = c.replacing(with: d, where: d .> c)
        storeMap(top.replacing(with: bottom, where: bottom .> top), destination, column)
      }
    }
  }

  public static func maxPoolBackward(
    gradient: Map, x: Map, into output: MutableMap, height: Int, width: Int, blocks: Int,
    accumulating: Bool
  ) {
    let half = width / 2
    for row in 0..<(blocks * height / 2) {
      let upper = 2 * row * width
      for column in 0..<half {
        let g = loadMap(gradient, row * half + column)
        let places = (
          upper + 2 * column, upper + 2 * column + 1, upper + width + 2 * column,
          upper + width + 2 * column + 1
        )
        let a = loadMap(x, places.0)
        let b = loadMap(x, places.1)
        let c = loadMap(x, places.2)
        let d = loadMap(x, places.3)
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
          storeMap(loadMap(output, places.0) + ga, output, places.0)
          storeMap(loadMap(output, places.1) + gb, output, places.1)
          storeMap(loadMap(output, places.2) + gc, output, places.2)
          storeMap(loadMap(output, places.3) + gd, output, places.3)
        } else {
          storeMap(ga, output, places.0)
          storeMap(gb, output, places.1)
          storeMap(gc, output, places.2)
          storeMap(gd, output, places.3)
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
