/// An augmented image of the batch with its mask.
public struct TrainingSample: Sendable {
  /// [size][size], 0…255.
  public var image: [UInt8]
  /// [size][size], 0 or 1; not looked at for unlabeled images.
  public var label: [UInt8]

  public init(image: [UInt8], label: [UInt8]) {
    self.image = image
    self.label = label
  }
}
