import Datasets

/// What a check is to look for.
public struct CheckOptions: Sendable {
  /// The part of the train list whose masks will be used, as in training; nil where nobody says.
  public var labeledRatio: Double?
  /// What tells in the names which images are of one patient; nil where nobody says.
  public var grouping: GroupPattern?

  public init(labeledRatio: Double? = nil, grouping: GroupPattern? = nil) {
    self.labeledRatio = labeledRatio
    self.grouping = grouping
  }
}
