import Tensors
import VectorInterface

/// Weights or a bias in the layout that a pass wants.
final class PackedWeights {
  private let map: [Int32]
  private let values: AlignedBuffer<Float>

  /// - Parameters:
  ///   - map: where each value of the published layout goes.
  ///   - count: packed values; those that nothing is mapped to stay zero.
  init(map: [Int32], count: Int) {
    self.map = map
    values = AlignedBuffer(count: count)
  }

  var floats: Floats { Floats(values.baseAddress) }

  func load(_ source: Floats) {
    for (index, place) in map.enumerated() { values.values[Int(place)] = source[index] }
  }
}
