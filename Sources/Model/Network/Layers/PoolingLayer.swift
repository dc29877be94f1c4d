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
  private let source: InputSource
  /// In the encoder the input is a skip connection too: its gradient came from the decoder.
  private let accumulates: Bool

  init(
    _ layer: PoolingLayer, operation: Int, graph: NetworkGraph, compute: Compute,
    source: InputSource
  ) {
    self.layer = layer
    self.operation = operation
    maps = compute.maps
    self.source = source
    accumulates = operation < graph.projectorStart
  }

  var input: FeatureMap { layer.input }
  var output: FeatureMap { layer.output }
  var hasTransientGradient: Bool { true }
  var storesOutput: Bool { true }

  func forward(at place: Place) {
    place.measure(.forward, operation) {
      maps.maxPool(
        source.map(at: place), into: place.activation(output), height: input.height,
        width: input.width, rowBuffer: place.area.rowBuffer.baseAddress)
    }
  }

  func backward(at place: Place) {
    place.measure(.inputGradient, operation) {
      maps.maxPoolBackward(
        gradient: Map(place.gradient(output)), x: source.map(at: place),
        into: place.gradient(input), height: input.height, width: input.width,
        accumulating: accumulates, rowBuffer: place.area.rowBuffer.baseAddress)
    }
  }
}
