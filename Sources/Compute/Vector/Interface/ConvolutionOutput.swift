/// Where a convolution adds Σy and Σy² of each channel of its output.
public struct Moments {
  public var sums: MutableDoubles
  public var squares: MutableDoubles

  public init(sums: MutableDoubles, squares: MutableDoubles) {
    self.sums = sums
    self.squares = squares
  }
}

/// How the gradient of an activation becomes that of the normalised value: what was activated, and where
/// Σg and Σg·ŷ of each channel are added, ŷ being the standardised value.
public struct ActivationGradient {
  public var y: Map
  public var activation: Activation
  public var sums: MutableDoubles
  public var projections: MutableDoubles

  public init(
    y: Map, activation: Activation, sums: MutableDoubles, projections: MutableDoubles
  ) {
    self.y = y
    self.activation = activation
    self.sums = sums
    self.projections = projections
  }
}

/// What a convolution does to each row of its output when it stores it.
public enum OutputStep {
  case none
  case moments(Moments)
  case activationGradient(ActivationGradient)
}
