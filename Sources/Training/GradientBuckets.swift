import MPI

/// Gradients on their way: neighbouring ranges are joined to buckets, and each bucket is summed over
/// the ranks by a nonblocking all-reduce while the backward pass goes on.
struct GradientBuckets: ~Copyable {
  /// Elements of a bucket: large enough for bandwidth, small enough to start early.
  private static let bucketCount = 1 << 17
  private var operations = PendingOperations(capacity: 64)
  /// The range that no bucket holds yet.
  private var rest: Range<Int>?

  /// - Parameter range: lies directly before the one of the last call.
  mutating func add(
    _ range: Range<Int>, of gradients: UnsafeMutableBufferPointer<Int64>, on world: Communicator
  ) throws(MPIError) {
    let joined = range.lowerBound..<(rest?.upperBound ?? range.upperBound)
    rest = joined
    if joined.count >= Self.bucketCount { try start(gradients, on: world) }
    _ = try operations.poll()
  }

  /// Starts what is left and waits for all buckets.
  mutating func finish(
    _ gradients: UnsafeMutableBufferPointer<Int64>, on world: Communicator
  ) throws(MPIError) {
    try start(gradients, on: world)
    try operations.waitAll()
  }

  private mutating func start(
    _ gradients: UnsafeMutableBufferPointer<Int64>, on world: Communicator
  ) throws(MPIError) {
    guard let range = rest.take() else { return }
    operations.append(
      try world.startAllReduceSum(
        unowned: UnsafeMutableBufferPointer(rebasing: gradients[range])))
  }
}
