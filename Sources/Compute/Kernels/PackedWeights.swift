import Tensors
import VectorInterface

/// Weights or a bias in the layout and precision that a pass wants.
final class PackedWeights {
  private let map: [Int32]
  private let precision: Precision
  private let bytes: AlignedBuffer<UInt8>

  /// - Parameters:
  ///   - map: where each value of the published layout goes.
  ///   - count: packed values; those that nothing is mapped to stay zero.
  init(map: [Int32], count: Int, precision: Precision = .fp32) {
    self.map = map
    self.precision = precision
    bytes = AlignedBuffer(count: count * (precision == .fp32 ? 4 : 2))
  }

  var memory: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bytes.baseAddress) }

  /// The values, where they are Floats.
  var floats: Floats { Floats(memory.assumingMemoryBound(to: Float.self)) }

  func load(_ source: Floats) {
    switch precision {
    case .fp32:
      let values = memory.assumingMemoryBound(to: Float.self)
      for (index, place) in map.enumerated() { values[Int(place)] = source[index] }
    case .bf16:
      let values = memory.assumingMemoryBound(to: UInt16.self)
      for (index, place) in map.enumerated() {
        // To nearest, ties to even.
        let bits = source[index].bitPattern
        values[Int(place)] = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
      }
    }
  }
}
