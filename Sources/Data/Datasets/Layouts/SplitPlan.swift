/// How images without lists are divided.
public struct SplitPlan: Sendable {
  /// Nil keeps the lists that come with a set, and else divides as is usual.
  public var shares: SplitShares?
  /// Key of the random order.
  public var seed: UInt64 = 1
  /// Images of one group come into one list.
  public var grouping: GroupPattern?

  public init() {}
}
