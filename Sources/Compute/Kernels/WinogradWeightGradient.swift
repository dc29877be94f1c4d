import VectorInterface

/// Weight gradient of a 3 × 3 convolution by our own Winograd kernel.
final class WinogradWeightGradient: WeightGradientPass {
  private let shape: ConvolutionShape
  private let maps: any MapKernels.Type
  private let inBlocks: Int
  private let outBlocks: Int
  let weightMap: [Int32]
  let count: Int
  let biasStart: Int
  let scratchBytes: Int

  var implementation: String { "Winograd 4×4" }

  init(_ shape: ConvolutionShape, maps: any MapKernels.Type) {
    self.shape = shape
    self.maps = maps
    let inputs = shape.storedInputChannels(lanes: maps.lanes)
    let outputs = shape.storedOutputChannels(lanes: maps.lanes)
    inBlocks = inputs / maps.lanes
    outBlocks = outputs / maps.lanes
    count = maps.winogradGradientCount(inBlocks: inBlocks, outBlocks: outBlocks)
    biasStart = 9 * inputs * outputs
    scratchBytes =
      MemoryLayout<Float>.stride
      * maps.winogradGradientScratchCount(
        height: shape.height, width: shape.width, inBlocks: inBlocks, outBlocks: outBlocks)
    let positions = shape.storedInputPositions(lanes: maps.lanes)
    weightMap = (0..<shape.outputChannels).flatMap { output in
      positions.flatMap { input in
        (0..<9).map { tap in Int32((tap * inputs + input) * outputs + output) }
      }
    }
  }

  func run(
    worker: Int, x: Map, gradient: Map, into values: MutableFloats,
    scratch: UnsafeMutableRawPointer
  ) {
    maps.winogradWeightGradient(
      x, gradient: gradient, into: values, height: shape.height, width: shape.width,
      inBlocks: inBlocks, outBlocks: outBlocks,
      scratch: scratch.assumingMemoryBound(to: Float.self))
  }
}
