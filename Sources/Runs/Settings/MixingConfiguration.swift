/// How labeled and unlabeled images are mixed (arXiv 2603.18655, multiscale and frequency switch).
public struct MixingConfiguration: Codable, Equatable, Sendable {
  /// Side of the square of low frequencies that is swapped, as a part of the image side; 0 … 1.
  public var frequencySize = 0.0175
  /// Patches of half the image side.
  public var coarsePatchCount = 2
  /// Patches of an eighth of the image side.
  public var finePatchCount = 2

  public init() {}
}
