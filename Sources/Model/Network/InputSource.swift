import VectorInterface

/// Where the values of a map, or of one part of a concatenation, come from: from memory as they are, or
/// from the input of a batch norm.
struct InputSource {
  private let map: FeatureMap
  private let blocks: Int
  private let normalization: PlannedNormalization?

  /// - Parameter preparations: all that is planned of the graph.
  init(_ map: FeatureMap, preparations: [(any Preparation)?], lanes: Int) {
    self.map = map
    blocks = map.blocks(lanes: lanes)
    normalization =
      preparations.lazy.compactMap { $0 as? PlannedNormalization }
      .first { map.contains($0.output) }
  }

  func map(at place: Place) -> InputMap {
    normalization?.activated(at: place)
      ?? InputMap(Map(place.activation(map)), blocks: blocks)
  }
}
