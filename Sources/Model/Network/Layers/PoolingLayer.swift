import Kernels
import VectorInterface

/// 2 × 2 maximum.
public struct PoolingLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
}

extension NetworkGraph {
  /// Appends a pooling to half the size, without parameters.
  mutating func pool(_ input: FeatureMap) -> FeatureMap {
    let output = reserve(channels: input.channels, size: input.height / 2)
    operations.append(.pooling(PoolingLayer(input: input, output: output)))
    return output
  }
}

/// A pooling as a runner has planned it. Nothing is kept: the backward pass looks for the maximum
/// again.
final class PlannedPooling: Preparation {
  private let layer: PoolingLayer
  private let operation: Int
  private let maps: any MapKernels.Type
  private let blocks: Int
  /// In the encoder the input is a skip connection too: its gradient came from the decoder.
  private let accumulates: Bool

  init(_ layer: PoolingLayer, operation: Int, graph: NetworkGraph, compute: Compute) {
    self.layer = layer
    self.operation = operation
    maps = compute.maps
    blocks = layer.input.blocks(lanes: compute.lanes)
    accumulates = operation < graph.projectorStart
  }

  var input: FeatureMap { layer.input }
  var output: FeatureMap { layer.output }
  var hasTransientGradient: Bool { true }

  func forward(at place: Place) {
    place.measure(.forward, operation) {
      maps.maxPool(
        Map(place.activation(input)), into: place.activation(output), height: input.height,
        width: input.width, blocks: blocks)
    }
  }

  func backward(at place: Place) {
    place.measure(.inputGradient, operation) {
      maps.maxPoolBackward(
        gradient: Map(place.gradient(output)), x: Map(place.activation(input)),
        into: place.gradient(input), height: input.height, width: input.width, blocks: blocks,
        accumulating: accumulates)
    }
  }
}
