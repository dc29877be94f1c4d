/// What varies in a study: an option of `train` or the variants, with its values.
public struct StudyAxis: Equatable, Sendable {
  /// The name of the option, or `variant`.
  public let name: String
  /// In the order of the plan, as files of options have them.
  public let values: [String]

  /// The name of the axis of variants.
  public static let variant = "variant"
  /// The name of the axis of seeds, which every study has.
  public static let seed = "seed"
  /// The name of the axis of folds, over which images are taken together.
  public static let fold = "fold"
}

/// Which values of an axis are compared, image by image.
public struct StudyComparison: Equatable, Sendable {
  /// One value less another.
  public struct Pair: Equatable, Sendable {
    public let value: String
    public let other: String

    public init(value: String, other: String) {
      self.value = value
      self.other = other
    }
  }

  public let axis: String
  public let pairs: [Pair]

  public init(axis: String, pairs: [Pair]) {
    self.axis = axis
    self.pairs = pairs
  }
}

/// A set of options under a name.
struct StudyVariant: Sendable {
  let name: String
  /// Text by the option's name.
  let options: [String: String]
}
