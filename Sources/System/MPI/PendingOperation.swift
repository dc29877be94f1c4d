internal import RankWatch

/// A nonblocking operation (MPI-3.1 §5.12), which keeps what its memory belongs to.
///
/// Open MPI 4.1 makes progress only inside its calls: `poll()` between pieces of work drives it.
/// Dropped unfinished, it waits silently.
public struct PendingOperation: ~Copyable {
  private var requests: RequestSet
  private let owner: AnyObject
  private let activity: RankActivity

  init(_ requests: RequestSet, owner: AnyObject, activity: RankActivity) {
    self.requests = requests
    self.owner = owner
    self.activity = activity
  }

  deinit {
    var requests = requests
    withExtendedLifetime(owner) { requests.waitSilently() }
  }

  /// Drives progress without blocking; true once complete (then `wait()` returns at once).
  public mutating func poll() throws(MPIError) -> Bool { try requests.poll() }

  /// Blocks until complete.
  public mutating func wait() throws(MPIError) { try requests.wait(activity) }
}
