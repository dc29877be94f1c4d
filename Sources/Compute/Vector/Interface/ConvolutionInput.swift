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

/// A stored map of some blocks, and what happens to its values where they are read.
public struct InputMap {
  public var map: Map
  public var blocks: Int
  public var activation: Activation?

  public init(_ map: Map, blocks: Int, activation: Activation? = nil) {
    self.map = map
    self.blocks = blocks
    self.activation = activation
  }
}

/// A convolution's input: a map, or two whose blocks follow each other where it is a concatenation.
/// Its values are made row by row where they are wanted, and nowhere stored.
public struct ConvolutionInput {
  public var first: InputMap
  public var second: InputMap?

  public init(_ first: InputMap, _ second: InputMap? = nil) {
    self.first = first
    self.second = second
  }

  public var blocks: Int { first.blocks + (second?.blocks ?? 0) }
}
