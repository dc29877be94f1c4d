import VectorInterface

/// 2 × 2 pooling of a map by the kernels.
struct Pooling {
  var height: Int
  var width: Int

  private func rows(_ kernels: any MapKernels.Type) -> [Float] {
    [Float](repeating: .nan, count: 2 * width * kernels.lanes)
  }

  func forward(_ x: TestMap, _ activation: TestActivation? = nil) -> [Float] {
    let output = TestMap(blocks: x.blocks, pixels: x.pixels / 4, x.kernels)
    var rows = rows(x.kernels)
    x.kernels.maxPool(
      x.input(activation?.activation), into: output.address, height: height, width: width,
      rowBuffer: &rows)
    return output.planes
  }

  /// - Parameter old: [channels][pixels] that are added to; nil where the gradient is written.
  func backward(
    gradient: TestMap, _ x: TestMap, _ activation: TestActivation? = nil, old: [Float]? = nil
  ) -> [Float] {
    let output =
      old.map { TestMap(planes: $0, pixels: x.pixels, x.kernels) }
      ?? TestMap(blocks: x.blocks, pixels: x.pixels, x.kernels)
    var rows = rows(x.kernels)
    x.kernels.maxPoolBackward(
      gradient: gradient.map, x: x.input(activation?.activation), into: output.address,
      height: height, width: width, accumulating: old != nil, rowBuffer: &rows)
    return output.planes
  }
}
