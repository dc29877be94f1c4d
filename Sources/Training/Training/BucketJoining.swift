/// Joins neighbouring ranges of gradients to buckets, as the backward pass completes them.
package struct BucketJoining {
  /// Elements of a bucket: large enough for bandwidth, small enough to start early.
  private static let bucketCount = 1 << 17
  /// What no bucket holds yet.
  private var rest: Range<Int>?

  package init() {}

  /// - Parameter range: lies directly before the one of the last call.
  /// - Returns: a bucket that is full.
  package mutating func add(_ range: Range<Int>) -> Range<Int>? {
    let joined = range.lowerBound..<(rest?.upperBound ?? range.upperBound)
    rest = joined.count < Self.bucketCount ? joined : nil
    return rest == nil ? joined : nil
  }

  /// The last bucket: what is left, if anything.
  package mutating func finish() -> Range<Int>? { rest.take() }
}
