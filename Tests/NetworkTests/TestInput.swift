import VectorInterface

/// An input of one or two maps with the memory that it reads.
final class TestInput {
  let parts: [TestMap]
  let activations: [TestActivation]

  /// - Parameters:
  ///   - planes: [channels][pixels] of all parts, one after the other.
  ///   - activated: whether the maps are activated where they are read: the first with dropout.
  init(
    planes: [Float], parts: [Int], pixels: Int, activated: Bool = false,
    _ kernels: any MapKernels.Type
  ) {
    var start = 0
    let maps = parts.map { channels in
      defer { start += channels * pixels }
      return TestMap(
        planes: Array(planes[start..<(start + channels * pixels)]), pixels: pixels, kernels)
    }
    self.parts = maps
    activations =
      activated
      ? maps.enumerated().map { part, map in
        TestActivation(
          blocks: map.blocks, pixels: pixels, rate: part == 0 ? 0.3 : nil,
          seed: UInt64(50 + part), kernels)
      } : []
  }

  private init(parts: [TestMap]) {
    self.parts = parts
    activations = []
  }

  var input: ConvolutionInput {
    let inputs = parts.enumerated().map { part, map in
      map.input(activations.isEmpty ? nil : activations[part].activation)
    }
    return ConvolutionInput(inputs[0], inputs.count > 1 ? inputs[1] : nil)
  }

  /// The same input with its values stored as they are read; of Floats, which lose nothing by it.
  var stored: TestInput {
    TestInput(
      parts: parts.enumerated().map { part, map in
        let lanes = map.kernels.lanes
        let result = TestMap(blocks: map.blocks, pixels: map.pixels, map.kernels)
        let target = result.address.assumingMemoryBound(to: Float.self)
        for block in 0..<map.blocks {
          map.kernels.read(
            map.input(activations.isEmpty ? nil : activations[part].activation), block: block,
            pixels: map.pixels, range: 0..<map.pixels,
            into: target + block * map.pixels * lanes)
        }
        return result
      })
  }
}
