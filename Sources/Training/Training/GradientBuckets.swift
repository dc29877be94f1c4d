import MPI
import Network

/// Gradients on their way: neighbouring ranges are joined to buckets, and each bucket is summed over
/// the ranks by a nonblocking all-reduce while the backward pass goes on. The first step plans the
/// buckets, the others use them again.
package struct GradientBuckets {
  private let world: Communicator
  private let runner: NetworkRunner
  private var buckets: [PersistentSum] = []
  /// Buckets of this step that are under way.
  private var started = 0
  private var joining = BucketJoining()

  init(of runner: NetworkRunner, on world: Communicator) {
    self.runner = runner
    self.world = world
  }

  /// - Parameter range: lies directly before the one of the last call.
  mutating func add(_ range: Range<Int>) throws(MPIError) {
    if let full = joining.add(range) { try start(full) }
    // Progress is made inside of MPI's calls only.
    for bucket in buckets[..<started] { _ = try bucket.poll() }
  }

  /// Starts what is left and waits for all buckets.
  mutating func finish() throws(MPIError) {
    if let last = joining.finish() { try start(last) }
    for bucket in buckets[..<started] { try bucket.wait() }
    started = 0
  }

  /// Sums all buckets of the last step once more, with nothing else going on.
  mutating func sumAlone() throws(MPIError) {
    for bucket in buckets { try bucket.start() }
    started = buckets.count
    try finish()
  }

  private mutating func start(_ range: Range<Int>) throws(MPIError) {
    if started == buckets.count {
      buckets.append(try world.planSum(range, of: runner.gradients.values, ownedBy: runner))
    }
    precondition(buckets[started].range == range, "the backward pass changed its order")
    try buckets[started].start()
    started += 1
  }
}
