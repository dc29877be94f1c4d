import Kernels
import VectorInterface

/// The projector's features on their way out of the blocked layout, and their gradient, which the
/// contrastive loss makes, on its way in: planes [channels][pixels] for each image.
struct FeatureOutput {
  private let map: FeatureMap
  /// Index of the convolution that makes the features.
  private let operation: Int
  private let maps: any MapKernels.Type

  /// Nothing, unless `convolution` makes the features of the graph.
  init?(of convolution: PlannedConvolution, in graph: NetworkGraph, compute: Compute) {
    map = convolution.layer.output
    operation = convolution.operation
    maps = compute.maps
    guard map.storage == graph.features?.storage else { return nil }
  }

  private var count: Int { map.channels * map.pixels }

  func forward(at place: Place) {
    place.measure(.forward, operation) {
      maps.extractPlanes(
        Map(place.activation(map)), channels: map.channels, pixels: map.pixels,
        into: place.runner.features.baseAddress + place.image * count)
    }
  }

  func backward(at place: Place) {
    place.measure(.inputGradient, operation) {
      maps.insertPlanes(
        Floats(place.runner.featureGradients.baseAddress + place.image * count),
        channels: map.channels, pixels: map.pixels, into: place.gradient(map))
    }
  }
}
