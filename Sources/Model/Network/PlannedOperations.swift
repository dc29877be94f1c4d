import Kernels
import VectorInterface

/// What the operations of a network need besides memory for activations: planned convolutions,
/// statistics, tables.
struct PlannedOperations {
  /// In the order of the convolutions.
  private(set) var convolutions: [PackedConvolution] = []
  /// For each operation that is a batch norm, by its index.
  private(set) var statistics: [Int: GroupStatistics] = [:]
  /// By the height of what is enlarged.
  private(set) var enlargementTables: [Int: EnlargementTable] = [:]
  /// The most blocks of channels that a batch norm has.
  private(set) var largestBlocks = 1

  /// - Parameters:
  ///   - count: operations to plan, from the first.
  ///   - groups: batch norm groups.
  init(
    _ graph: NetworkGraph, count: Int, compute: Compute, backward: Bool, groups: Int
  ) throws(KernelError) {
    for (index, operation) in graph.operations[..<count].enumerated() {
      switch operation {
      case .convolution(let layer):
        let convolution = try compute.plan(
          ConvolutionShape(layer), backward: backward,
          needsInputGradient: layer.input.storage != nil)
        convolutions.append(
          PackedConvolution(
            layer: layer, convolution: convolution, layout: graph.layout,
            workers: compute.pool.count))
      case .normalization(let layer):
        let blocks = layer.input.blocks(lanes: compute.lanes)
        largestBlocks = max(largestBlocks, blocks)
        statistics[index] = GroupStatistics(stored: blocks * compute.lanes, groups: groups)
      case .enlargement(let layer):
        enlargementTables[layer.input.height] = EnlargementTable(inputs: layer.input.height)
      case .pooling: break
      }
    }
  }
}

extension ConvolutionShape {
  fileprivate init(_ layer: ConvolutionLayer) {
    self.init(
      inputParts: layer.input.parts, outputChannels: layer.output.channels,
      height: layer.input.height, width: layer.input.width, kernel: layer.kernel,
      inputIsPlanes: layer.input.isPlanes, outputIsPlanes: layer.output.isPlanes)
  }
}
