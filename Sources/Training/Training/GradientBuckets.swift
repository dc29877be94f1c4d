import MPI
import Network

/// Gradients on their way: neighbouring ranges are joined to buckets, and each bucket is summed over
/// the ranks by a nonblocking all-reduce while the backward pass goes on. The first step plans the
/// buckets, the others use them again.
package struct GradientBuckets {
  /// Elements of a bucket: large enough for bandwidth, small enough to start early.
  private static let bucketCount = 1 << 17
  private let world: Communicator
  private let runner: NetworkRunner
  private var buckets: [PersistentSum] = []
  /// Buckets of this step that are under way.
  private var started = 0
  /// The range that no bucket holds yet.
  private var rest: Range<Int>?

  init(of runner: NetworkRunner, on world: Communicator) {
    self.runner = runner
    self.world = world
  }

  /// - Parameter range: lies directly before the one of the last call.
  mutating func add(_ range: Range<Int>) throws(MPIError) {
    let joined = range.lowerBound..<(rest?.upperBound ?? range.upperBound)
    rest = joined
    if joined.count >= Self.bucketCount { try start() }
    // Progress is made inside of MPI's calls only.
    for bucket in buckets[..<started] { _ = try bucket.poll() }
  }

  /// Starts what is left and waits for all buckets.
  mutating func finish() throws(MPIError) {
    try start()
    for bucket in buckets[..<started] { try bucket.wait() }
    started = 0
  }

  /// Sums all buckets of the last step once more, with nothing else going on.
  mutating func sumAlone() throws(MPIError) {
    for bucket in buckets { try bucket.start() }
    started = buckets.count
    try finish()
  }

  private mutating func start() throws(MPIError) {
    guard let range = rest.take() else { return }
    if started == buckets.count {
      buckets.append(try world.planSum(range, of: runner.gradients.values, ownedBy: runner))
    }
    precondition(buckets[started].range == range, "the backward pass changed its order")
    try buckets[started].start()
    started += 1
  }
}
