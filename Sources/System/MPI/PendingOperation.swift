/// A nonblocking operation on memory that somebody else owns and keeps alive (MPI-3.1 §5.12).
///
/// Open MPI 4.1 makes progress only inside its calls: `poll()` between pieces of work drives it.
/// Dropped unfinished, it waits silently.
public struct PendingOperation: ~Copyable {
  private var requests: RequestSet

  init(_ requests: RequestSet) { self.requests = requests }

  deinit {
    var requests = requests
    requests.waitSilently()
  }

  /// Drives progress without blocking; true once complete (then `wait()` returns at once).
  public mutating func poll() throws(MPIError) -> Bool { try requests.poll() }

  /// Drives progress until complete or until `deadline`, giving way to other threads between tries.
  ///
  /// - Returns: false when the deadline passed first; the operation goes on.
  public mutating func poll(until deadline: ContinuousClock.Instant) throws(MPIError) -> Bool {
    try requests.poll(until: deadline)
  }

  /// Blocks until complete.
  public consuming func wait() throws(MPIError) {
    var requests = release()
    try requests.wait()
  }

  consuming func release() -> RequestSet {
    let requests = requests
    discard self
    return requests
  }
}
