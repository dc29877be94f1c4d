/// A nonblocking operation that owns its memory until `wait()` gives it back.
///
/// Dropped unfinished, it waits silently and frees the memory.
public struct PendingBuffer<Scalar: MPIScalar>: ~Copyable {
  private var requests: RequestSet
  private let storage: UnsafeMutableBufferPointer<Scalar>

  init(_ requests: RequestSet, storage: UnsafeMutableBufferPointer<Scalar>) {
    self.requests = requests
    self.storage = storage
  }

  deinit {
    var requests = requests
    requests.waitSilently()
    storage.deallocate()
  }

  /// Drives progress without blocking; true once complete (then `wait()` returns at once).
  public mutating func poll() throws(MPIError) -> Bool { try requests.poll() }

  /// Drives progress until complete or until `deadline`, giving way to other threads between tries.
  ///
  /// - Returns: false when the deadline passed first; the operation goes on.
  public mutating func poll(until deadline: ContinuousClock.Instant) throws(MPIError) -> Bool {
    try requests.poll(until: deadline)
  }

  /// Blocks until complete and gives the memory back, which now holds the result. On an error the
  /// memory is freed.
  public consuming func wait() throws(MPIError) -> MPIBuffer<Scalar> {
    var requests = requests
    let buffer = MPIBuffer(adopting: storage)
    discard self
    try requests.wait()
    return buffer
  }
}
