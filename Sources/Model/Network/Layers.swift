/// k × k convolution with bias.
public struct ConvolutionLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
  public let kernel: Int
  /// Indices into `ParameterLayout.parameters`.
  let weight: Int
  let bias: Int
}

/// Batch norm over a group of images, LeakyReLU, dropout.
public struct NormalizationLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
  let gamma: Int
  let beta: Int
  /// Index into `ParameterLayout.buffers`.
  let buffers: Int
  let slope: Float
  let dropoutRate: Double
}

/// 2 × 2 maximum.
public struct PoolingLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
}

/// Bilinear × 2 with aligned corners.
public struct EnlargementLayer: Sendable {
  public let input: FeatureMap
  public let output: FeatureMap
}

/// One step of the network, in the order of the forward pass.
public enum Operation: Sendable {
  case convolution(ConvolutionLayer)
  case normalization(NormalizationLayer)
  case pooling(PoolingLayer)
  case enlargement(EnlargementLayer)

  var input: FeatureMap {
    switch self {
    case .convolution(let layer): layer.input
    case .normalization(let layer): layer.input
    case .pooling(let layer): layer.input
    case .enlargement(let layer): layer.input
    }
  }

  var output: FeatureMap {
    switch self {
    case .convolution(let layer): layer.output
    case .normalization(let layer): layer.output
    case .pooling(let layer): layer.output
    case .enlargement(let layer): layer.output
    }
  }
}
