internal import COneDNN

/// Where oneDNN puts the weight [o, i, y, x]: outer strides plus dense inner blocks
/// (`dnnl_blocking_desc_t`).
struct WeightLayout {
  private let strides: [Int]
  private let blocks: [(size: Int, dimension: Int)]

  init(_ descriptor: dnnl_memory_desc_t) throws(KernelError) {
    guard descriptor.format_kind == dnnl_blocked else {
      throw KernelError("oneDNN chose a weight format that is not blocked")
    }
    let blocking = descriptor.format_desc.blocking
    func values(_ list: DimensionTuple, _ count: Int) -> [Int] {
      withUnsafeBytes(of: list) { $0.bindMemory(to: Int64.self).prefix(count).map { Int($0) } }
    }
    strides = values(blocking.strides, 4)
    let count = Int(blocking.inner_nblks)
    let sizes = values(blocking.inner_blks, count)
    let dimensions = values(blocking.inner_idxs, count)
    blocks = zip(sizes, dimensions).map { ($0, $1) }
  }

  /// Offset in elements.
  func offset(_ index: (Int, Int, Int, Int)) -> Int {
    var outer = SIMD4(index.0, index.1, index.2, index.3)
    var offset = 0
    var stride = 1
    for block in blocks.reversed() {
      offset += outer[block.dimension] % block.size * stride
      outer[block.dimension] /= block.size
      stride *= block.size
    }
    for dimension in 0..<4 { offset += outer[dimension] * strides[dimension] }
    return offset
  }

  /// The offset of each weight of the published layout [O, I, k, k].
  /// - Parameter inputPositions: where each input channel is stored.
  func map(_ shape: ConvolutionShape, _ inputPositions: [Int]) -> [Int32] {
    var map: [Int32] = []
    map.reserveCapacity(shape.weightCount)
    for o in 0..<shape.outputChannels {
      for i in inputPositions {
        for y in 0..<shape.kernel {
          for x in 0..<shape.kernel { map.append(Int32(offset((o, i, y, x)))) }
        }
      }
    }
    return map
  }
}

/// How `dnnl_dims_t` arrives in Swift.
typealias DimensionTuple = (
  dnnl_dim_t, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t,
  dnnl_dim_t, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t
)
