/// A convolution, what makes its input, and the batch norm of its output: the unit in which images
/// go through the network.
///
/// Only the outputs of convolutions are stored. Activations, pooled and enlarged maps are made from
/// them where a convolution wants them, forward and once more backward: they stay in the cache of
/// the thread that works on the image, and memory holds half as much.
struct Stage: Sendable {
  /// Index among the stages.
  let index: Int
  /// Index of the convolution among the graph's operations.
  let operation: Int
  let layer: ConvolutionLayer
  /// Operations that make the input from stored maps, in order.
  let preparation: [Int]
  /// The batch norm of the output, if there is one.
  let normalization: NormalizationLayer?

  /// Index of the batch norm among the graph's operations.
  var normalizationOperation: Int { operation + 1 }
}

extension NetworkGraph {
  /// The graph's convolutions as stages, in order.
  func stages(upTo end: Int) -> [Stage] {
    var stages: [Stage] = []
    for index in 0..<end {
      guard case .convolution(let layer) = operations[index] else { continue }
      var normalization: NormalizationLayer?
      if index + 1 < end, case .normalization(let next) = operations[index + 1] {
        normalization = next
      }
      stages.append(
        Stage(
          index: stages.count, operation: index, layer: layer,
          preparation: preparation(of: layer.input), normalization: normalization))
    }
    return stages
  }

  private func preparation(of map: FeatureMap) -> [Int] {
    operations.indices.filter { map.contains(operations[$0].output) }.flatMap { index -> [Int] in
      if case .convolution = operations[index] { return [] }
      return preparation(of: operations[index].input) + [index]
    }
  }
}

extension FeatureMap {
  /// Whether `other` is this map or one of its parts.
  fileprivate func contains(_ other: FeatureMap) -> Bool {
    let first = preceding.count
    return storage != nil && storage == other.storage && other.preceding.count >= first
      && other.preceding.count + other.parts.count <= first + parts.count
  }
}
