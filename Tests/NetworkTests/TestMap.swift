import Tensors
import VectorInterface

/// A blocked map as one implementation stores it; NaN until something is written.
final class TestMap {
  let kernels: any MapKernels.Type
  let blocks: Int
  let pixels: Int
  private let memory: AlignedBuffer<UInt8>

  init(blocks: Int, pixels: Int, _ kernels: any MapKernels.Type) {
    self.kernels = kernels
    self.blocks = blocks
    self.pixels = pixels
    memory = AlignedBuffer(count: blocks * pixels * kernels.lanes * kernels.valueBytes)
    memory.fill(with: 0xFF)
  }

  /// - Parameter planes: [channels][pixels]; the channels that fill up the last block are zero.
  convenience init(planes: [Float], pixels: Int, _ kernels: any MapKernels.Type) {
    let channels = planes.count / pixels
    self.init(blocks: (channels + kernels.lanes - 1) / kernels.lanes, pixels: pixels, kernels)
    kernels.insertPlanes(planes, channels: channels, pixels: pixels, into: address)
  }

  var address: MutableMap { MutableMap(memory.baseAddress) }
  var map: Map { Map(memory.baseAddress) }

  func input(_ activation: Activation? = nil) -> InputMap {
    InputMap(map, blocks: blocks, activation.map { .activation($0) } ?? .plain)
  }

  /// All that a kernel reads of it, [blocks][pixels][lanes].
  func read(_ reading: InputMap.Reading) -> [Float] {
    let input = InputMap(map, blocks: blocks, reading)
    return (0..<blocks).flatMap { block in
      var values = [Float](repeating: .nan, count: pixels * kernels.lanes)
      kernels.read(input, block: block, pixels: pixels, range: 0..<pixels, into: &values)
      return values
    }
  }

  /// All channels as stored, [blocks · lanes][pixels].
  var planes: [Float] {
    let lanes = kernels.lanes
    return (0..<(blocks * lanes * pixels)).map { index in
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: pixels)
      return value((channel / lanes * pixels + pixel) * lanes + channel % lanes)
    }
  }

  private func value(_ index: Int) -> Float {
    if kernels.valueBytes == MemoryLayout<Float>.size {
      return map.load(fromByteOffset: 4 * index, as: Float.self)
    }
    let half = map.load(fromByteOffset: 2 * index, as: UInt16.self)
    return Float(bitPattern: UInt32(half) << 16)
  }
}
