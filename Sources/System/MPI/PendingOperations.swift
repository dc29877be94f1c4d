/// Several nonblocking operations under way at once, such as the buckets of a gradient.
///
/// Reserve room once; starting, polling and waiting then allocate nothing.
public struct PendingOperations: ~Copyable {
  private var operations: [RequestSet] = []
  /// Operations before this index are complete.
  private var completeCount = 0

  /// - Parameter capacity: how many operations at once need no new memory.
  public init(capacity: Int = 0) { operations.reserveCapacity(capacity) }

  deinit {
    for operation in operations[completeCount...] {
      var operation = operation
      operation.waitSilently()
    }
  }

  /// The number of operations since the last `waitAll()`.
  public var count: Int { operations.count }

  /// Takes over an operation.
  public mutating func append(_ operation: consuming PendingOperation) {
    operations.append(operation.release())
  }

  /// Drives progress without blocking; true once all are complete.
  public mutating func poll() throws(MPIError) -> Bool {
    while completeCount < operations.count {
      guard try operations[completeCount].poll() else { return false }
      completeCount += 1
    }
    return true
  }

  /// Blocks until all are complete, keeping the room for the next ones.
  public mutating func waitAll() throws(MPIError) {
    while completeCount < operations.count {
      try operations[completeCount].wait()
      completeCount += 1
    }
    operations.removeAll(keepingCapacity: true)
    completeCount = 0
  }
}
