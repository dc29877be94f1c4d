import VectorInterface

/// The kernels between one or two planes and a map, 3 × 3.
struct NarrowPasses {
  var planes: Int
  var height: Int
  var width: Int

  private var pixels: Int { height * width }

  private func padded(_ values: [Float]) -> [Float] {
    let step = width + 2
    var result = [Float](repeating: 0, count: planes * (height + 2) * step)
    for plane in 0..<planes {
      for pixel in 0..<pixels {
        let place = (plane * (height + 2) + pixel / width + 1) * step + pixel % width + 1
        result[place] = values[plane * pixels + pixel]
      }
    }
    return result
  }

  /// - Parameter weights: [planes][9][blocks · lanes]; the bias has as many channels.
  func toMap(
    _ values: [Float], weights: [Float], bias: [Float], _ kernels: any MapKernels.Type
  ) -> [Float] {
    let blocks = bias.count / kernels.lanes
    let output = TestMap(blocks: blocks, pixels: pixels, kernels)
    kernels.convolvePlanes(
      padded(values), planes: planes, weights: weights, bias: bias, into: output.address,
      height: height, width: width, blocks: blocks)
    return output.planes
  }

  /// - Parameter old: what is added to; nil where the planes are written.
  func toPlanes(
    _ x: TestInput, weights: [Float], bias: [Float], old: [Float]?, _ kernels: any MapKernels.Type
  ) -> [Float] {
    var output = old ?? [Float](repeating: .nan, count: planes * pixels)
    var rows = [Float](repeating: .nan, count: 3 * (width + 2) * kernels.lanes)
    kernels.convolveToPlanes(
      x.input, weights: weights, bias: bias, planes: planes, into: &output, height: height,
      width: width, accumulating: old != nil, rows: &rows)
    return output
  }

  func correlation(
    _ values: [Float], with y: TestInput, _ kernels: any MapKernels.Type
  ) -> [Double] {
    var row = [Float](repeating: .nan, count: width * kernels.lanes)
    var sums = [Double](
      repeating: 0.5, count: (planes * 9 + 1) * y.input.blocks * kernels.lanes)
    kernels.correlatePlanes(
      padded(values), planes: planes, with: y.input, height: height, width: width,
      rowBuffer: &row, sums: &sums)
    return sums
  }
}
