/// Adds integers over all ranks, in place. The one thing a network needs to know of other ranks.
public protocol SumExchange: AnyObject {
  func sum(_ values: UnsafeMutableBufferPointer<Int64>) throws

  /// Starts to add values of `runner`; nobody may touch them before `finishSum` has returned. Of each
  /// runner one sum is under way at a time, and all ranks start theirs in the same order.
  func startSum(_ values: UnsafeMutableBufferPointer<Int64>, of runner: NetworkRunner) throws

  /// Returns once the sum that was started for `runner` is there.
  func finishSum(of runner: NetworkRunner) throws
}

extension SumExchange {
  public func startSum(
    _ values: UnsafeMutableBufferPointer<Int64>, of runner: NetworkRunner
  ) throws {
    try sum(values)
  }

  public func finishSum(of runner: NetworkRunner) throws {}
}

/// The only rank that there is.
public final class SoleRank: SumExchange {
  public init() {}
  public func sum(_ values: UnsafeMutableBufferPointer<Int64>) {}
}
