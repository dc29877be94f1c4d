/// A tensor of the network, for one image: channels of a storage, blocked by the vector's lanes, or
/// planes of Float at the network's ends.
public struct FeatureMap: Sendable {
  /// Index into `NetworkGraph.storages`; nothing for the network's input.
  public let storage: Int?
  /// Channels; two parts for a concatenation, each padded to whole blocks.
  public let parts: [Int]
  /// Channels of the parts that lie before it in its storage.
  package let preceding: [Int]
  public let height: Int
  public let width: Int
  /// Whether it is planes of Float in a place of its own: images, logits.
  public var isPlanes = false

  public var channels: Int { parts.reduce(0, +) }
  public var pixels: Int { height * width }

  func blocks(lanes: Int) -> Int { Self.blocks(parts, lanes: lanes) }

  /// Start within the storage, in values.
  func offset(lanes: Int) -> Int { Self.blocks(preceding, lanes: lanes) * lanes * pixels }

  private static func blocks(_ parts: [Int], lanes: Int) -> Int {
    parts.reduce(0) { $0 + ($1 + lanes - 1) / lanes }
  }
}
