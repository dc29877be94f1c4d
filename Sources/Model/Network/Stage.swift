import Kernels
import VectorInterface

/// A convolution, what makes its input, and the batch norm of its output, as a runner has planned
/// them: the unit in which images go through the network.
///
/// Only the outputs of convolutions are stored. Pooled and enlarged maps are made from them where a
/// convolution wants them, forward and once more backward: they stay in the cache of the thread that
/// works on the image. Activations are made row by row where they are read, and nowhere stored.
final class Stage {
  /// Index among the stages.
  let index: Int
  /// What makes the input from stored maps, in order.
  let preparation: [any Preparation]
  /// Where the input, or the two parts of it, are read.
  private let sources: [InputSource]
  let convolution: PlannedConvolution
  /// The activation that the input is, where no other layer reads it: the data pass goes back through it.
  let soleActivation: PlannedNormalization?
  /// The batch norm of the output, if there is one.
  let normalization: PlannedNormalization?
  /// The way out of the network, where the output is the features.
  let features: FeatureOutput?

  init(
    index: Int, preparation: [any Preparation], sources: [InputSource],
    soleActivation: PlannedNormalization?, convolution: PlannedConvolution,
    normalization: PlannedNormalization?, features: FeatureOutput?
  ) {
    self.index = index
    self.preparation = preparation
    self.sources = sources
    self.soleActivation = soleActivation
    self.convolution = convolution
    self.normalization = normalization
    self.features = features
  }

  var input: FeatureMap { convolution.layer.input }
  var output: FeatureMap { convolution.layer.output }

  /// The convolution's input.
  func inputValues(at place: Place) -> ConvolutionInput {
    ConvolutionInput(
      sources[0].map(at: place), sources.count > 1 ? sources[1].map(at: place) : nil)
  }

  /// The gradient of the convolution's output.
  func outputGradient(at place: Place) -> ConvolutionInput {
    ConvolutionInput(
      normalization?.inputGradient(at: place)
        ?? InputMap(
          Map(place.gradient(output)), blocks: output.blocks(lanes: place.runner.maps.lanes)))
  }

  /// - Parameter moments: where those of the convolution's output are added.
  func forward(at place: Place, moments: Moments? = nil) {
    for step in preparation { step.forward(at: place) }
    convolution.forward(at: place, moments: moments)
    features?.forward(at: place)
  }

  /// From the gradient of the convolution's output to those of the maps that its input was made of.
  func backward(at place: Place) {
    for step in preparation { step.forward(at: place) }
    features?.backward(at: place)
    convolution.backward(at: place)
    for step in preparation.reversed() { step.backward(at: place) }
  }
}

extension NetworkGraph {
  /// Plans the graph's first `end` operations: its convolutions as stages, in order.
  /// - Parameters:
  ///   - backward: whether there is a backward pass.
  ///   - groups: batch norm groups.
  ///   - batchImages: images that go through with batch statistics and dropout.
  func stages(
    upTo end: Int, compute: Compute, backward: Bool, groups: Int, batchImages: Int
  ) throws(KernelError) -> [Stage] {
    var preparations: [(any Preparation)?] = []
    for index in 0..<end {
      preparations.append(
        preparation(
          index, after: preparations, compute: compute, groups: groups, batchImages: batchImages))
    }
    var stages: [Stage] = []
    for index in 0..<end {
      guard case .convolution(let layer) = operations[index] else { continue }
      let convolution = try PlannedConvolution(
        layer, operation: index, layout: layout, compute: compute, backward: backward)
      let next = index + 1 < end ? preparations[index + 1] : nil
      stages.append(
        Stage(
          index: stages.count,
          preparation: operationsThatMake(layer.input).compactMap { preparations[$0] },
          sources: layer.input.parts.indices.map {
            InputSource(
              layer.input.part($0), preparations: preparations, lanes: compute.lanes)
          },
          soleActivation: soleActivation(of: layer, preparations: preparations),
          convolution: convolution, normalization: next as? PlannedNormalization,
          features: FeatureOutput(of: convolution, in: self, compute: compute)))
    }
    return stages
  }

  /// Plans an operation, unless it is a convolution.
  private func preparation(
    _ index: Int, after earlier: [(any Preparation)?], compute: Compute, groups: Int,
    batchImages: Int
  ) -> (any Preparation)? {
    switch operations[index] {
    case .convolution: nil
    case .normalization(let layer):
      PlannedNormalization(
        layer, operation: index, layout: layout, compute: compute, groups: groups,
        batchImages: batchImages)
    case .pooling(let layer):
      PlannedPooling(
        layer, operation: index, graph: self, compute: compute,
        source: InputSource(layer.input, preparations: earlier, lanes: compute.lanes))
    case .enlargement(let layer):
      PlannedEnlargement(layer, operation: index, compute: compute)
    }
  }

  /// The batch norm whose output `layer` reads, and no other operation.
  private func soleActivation(
    of layer: ConvolutionLayer, preparations: [(any Preparation)?]
  ) -> PlannedNormalization? {
    guard layer.input.parts.count == 1,
      operations.count(where: { $0.input.contains(layer.input) }) == 1
    else { return nil }
    return preparations.lazy.compactMap { $0 as? PlannedNormalization }
      .first { layer.input.contains($0.output) }
  }

  /// Indices of the operations between a map and the outputs of convolutions, in order.
  private func operationsThatMake(_ map: FeatureMap) -> [Int] {
    operations.indices.filter { map.contains(operations[$0].output) }.flatMap { index -> [Int] in
      if case .convolution = operations[index] { return [] }
      return operationsThatMake(operations[index].input) + [index]
    }
  }
}

extension FeatureMap {
  /// One part of a concatenation, or the map itself.
  fileprivate func part(_ index: Int) -> FeatureMap {
    guard parts.count > 1 else { return self }
    return FeatureMap(
      storage: storage, parts: [parts[index]], preceding: preceding + parts[..<index],
      height: height, width: width)
  }

  /// Whether `other` is this map or one of its parts.
  func contains(_ other: FeatureMap) -> Bool {
    let first = preceding.count
    return storage != nil && storage == other.storage && other.preceding.count >= first
      && other.preceding.count + other.parts.count <= first + parts.count
  }
}
