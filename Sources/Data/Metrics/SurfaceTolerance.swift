/// How far two surfaces may lie apart, in pixels, to count as one in the normalized surface Dice.
public enum SurfaceTolerance {
  public static let usual = 2.0
}
