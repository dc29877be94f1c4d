/// How large the tiles of Winograd's algorithm are: F(4 × 4, 3 × 3) with 36 products for 16 pixels, or
/// F(6 × 6, 3 × 3) with 64 for 36. Part of the arithmetic.
public enum WinogradTileSize: Sendable {
  case small
  case large

  /// Products for a tile and a pair of channels.
  public var frequencies: Int {
    switch self {
    case .small: 36
    case .large: 64
    }
  }
}

/// A 3 × 3 convolution of one image's blocked maps.
public struct WinogradShape: Sendable {
  public var height: Int
  public var width: Int
  public var inBlocks: Int
  public var outBlocks: Int
  public var tile: WinogradTileSize

  public init(height: Int, width: Int, inBlocks: Int, outBlocks: Int, tile: WinogradTileSize) {
    self.height = height
    self.width = width
    self.inBlocks = inBlocks
    self.outBlocks = outBlocks
    self.tile = tile
  }

  /// Of the data pass: inputs and outputs exchanged.
  public var transposed: WinogradShape {
    WinogradShape(
      height: height, width: width, inBlocks: outBlocks, outBlocks: inBlocks, tile: tile)
  }
}
