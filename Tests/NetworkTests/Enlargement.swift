import VectorInterface

/// Bilinear × 2 of a map by the kernels; the sizes are the small ones.
struct Enlargement {
  var height: Int
  var width: Int

  private var rows: EnlargementTable { EnlargementTable(inputs: height) }
  private var columns: EnlargementTable { EnlargementTable(inputs: width) }

  private func row(_ kernels: any MapKernels.Type) -> [Float] {
    [Float](repeating: .nan, count: 2 * width * kernels.lanes)
  }

  func forward(_ x: TestMap) -> [Float] {
    let output = TestMap(blocks: x.blocks, pixels: 4 * x.pixels, x.kernels)
    var row = row(x.kernels)
    x.kernels.enlarge(
      x.map, into: output.address, height: height, width: width, blocks: x.blocks, rows: rows,
      columns: columns, rowBuffer: &row)
    return output.planes
  }

  func backward(_ gradient: TestMap) -> [Float] {
    let output = TestMap(
      blocks: gradient.blocks, pixels: gradient.pixels / 4, gradient.kernels)
    var row = row(gradient.kernels)
    gradient.kernels.enlargeBackward(
      gradient: gradient.map, into: output.address, height: height, width: width,
      blocks: gradient.blocks, rows: rows, columns: columns, rowBuffer: &row)
    return output.planes
  }
}
