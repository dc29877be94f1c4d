/// What happens to a stored map's values where they are read: dropout(leaky(y · scale + shift)).
public struct Activation {
  public var normalization: ChannelNormalization
  public var slope: Float
  public var dropout: KeptActivations?

  public init(normalization: ChannelNormalization, slope: Float, dropout: KeptActivations?) {
    self.normalization = normalization
    self.slope = slope
    self.dropout = dropout
  }
}

/// How a batch norm's gradient is read: gain · g + slope · y + offset for each channel, with g the
/// gradient of the normalised value and y what was normalised.
public struct NormalizationGradient {
  public var y: Map
  public var gain: Floats
  public var slope: Floats
  public var offset: Floats

  public init(y: Map, gain: Floats, slope: Floats, offset: Floats) {
    self.y = y
    self.gain = gain
    self.slope = slope
    self.offset = offset
  }
}

/// A stored map of some blocks, and what happens to its values where they are read.
public struct InputMap {
  public enum Reading {
    case plain
    case activation(Activation)
    case normalizationGradient(NormalizationGradient)
  }

  public var map: Map
  public var blocks: Int
  public var reading: Reading

  public init(_ map: Map, blocks: Int, _ reading: Reading = .plain) {
    self.map = map
    self.blocks = blocks
    self.reading = reading
  }
}

/// What a convolution reads: a map, or two whose blocks follow each other where it is a concatenation.
/// The values are made row by row where they are wanted, and nowhere stored.
public struct ConvolutionInput {
  public var first: InputMap
  public var second: InputMap?

  public init(_ first: InputMap, _ second: InputMap? = nil) {
    self.first = first
    self.second = second
  }

  public var blocks: Int { first.blocks + (second?.blocks ?? 0) }
}
