/// One step of the network, in the order of the forward pass. A layer's file holds what there is to
/// know about it: how it is appended to a graph, what a runner keeps of it, both passes.
public enum Operation: Sendable {
  case convolution(ConvolutionLayer)
  case normalization(NormalizationLayer)
  case pooling(PoolingLayer)
  case enlargement(EnlargementLayer)

  package var input: FeatureMap {
    switch self {
    case .convolution(let layer): layer.input
    case .normalization(let layer): layer.input
    case .pooling(let layer): layer.input
    case .enlargement(let layer): layer.input
    }
  }

  package var output: FeatureMap {
    switch self {
    case .convolution(let layer): layer.output
    case .normalization(let layer): layer.output
    case .pooling(let layer): layer.output
    case .enlargement(let layer): layer.output
    }
  }
}
