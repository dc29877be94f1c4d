/// How training images are varied.
public struct AugmentationConfiguration: Codable, Equatable, Sendable {
  /// Changes of gray values, on labeled images.
  public var strong = true
  /// Changes of geometry, on labeled and unlabeled images.
  public var weak = true
  /// Draws of a strong augmentation: the most of them, or exactly as many.
  public var strongCount = 9
  /// Draws of a weak augmentation: the most of them, or exactly as many.
  public var weakCount = 4
  /// Draw 1 … `strongCount` strong operations instead of exactly `strongCount`.
  public var randomStrongCount = true
  /// Draw 1 … `weakCount` weak operations instead of exactly `weakCount`.
  public var randomWeakCount = true

  public init() {}
}
