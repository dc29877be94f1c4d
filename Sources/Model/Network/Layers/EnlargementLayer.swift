import Kernels
import VectorInterface

/// Bilinear × 2 with aligned corners.
public struct EnlargementLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
}

extension NetworkGraph {
  /// Appends an enlargement to twice the size, without parameters.
  mutating func enlarge(_ input: FeatureMap, into output: FeatureMap) {
    operations.append(.enlargement(EnlargementLayer(input: input, output: output)))
  }
}

/// An enlargement as a runner has planned it. Nothing is kept: it is linear.
final class PlannedEnlargement: Preparation {
  private let layer: EnlargementLayer
  private let operation: Int
  private let maps: any MapKernels.Type
  private let blocks: Int
  private let rows: EnlargementTable
  private let columns: EnlargementTable

  init(_ layer: EnlargementLayer, operation: Int, compute: Compute) {
    self.layer = layer
    self.operation = operation
    maps = compute.maps
    blocks = layer.input.blocks(lanes: compute.lanes)
    rows = EnlargementTable(inputs: layer.input.height)
    columns = EnlargementTable(inputs: layer.input.width)
  }

  var input: FeatureMap { layer.input }
  var output: FeatureMap { layer.output }
  /// The output is a part of a concatenation, whose gradient lies in the image's memory.
  var hasTransientGradient: Bool { false }
  var storesOutput: Bool { true }

  func forward(at place: Place) {
    place.measure(.forward, operation) {
      maps.enlarge(
        Map(place.activation(input)), into: place.activation(output), height: input.height,
        width: input.width, blocks: blocks, rows: rows, columns: columns,
        rowBuffer: place.area.rowBuffer.baseAddress)
    }
  }

  func backward(at place: Place) {
    place.measure(.inputGradient, operation) {
      maps.enlargeBackward(
        gradient: Map(place.gradient(output)), into: place.gradient(input), height: input.height,
        width: input.width, blocks: blocks, rows: rows, columns: columns,
        rowBuffer: place.area.rowBuffer.baseAddress)
    }
  }
}
