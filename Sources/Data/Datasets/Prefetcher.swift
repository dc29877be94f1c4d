import Dispatch
import Synchronization

/// Makes the batches of coming iterations on threads of its own while the current one is used.
///
/// `make` must be a function of the iteration alone; how many threads there are then changes nothing
/// but the time spent waiting.
public final class Prefetcher<Batch: Sendable>: Sendable {
  private let make: @Sendable (Int) -> Batch
  private let workers: Int
  private let end: Int
  private let queue = DispatchQueue(label: "loader", qos: .userInitiated, attributes: .concurrent)
  private let state: Mutex<State>

  private struct State {
    /// The next iteration to hand out, and the next to start.
    var next: Int
    var started: Int
    var pending: [Int: Pending] = [:]
    var waited = Duration.zero
  }

  private final class Pending: Sendable {
    let done = DispatchSemaphore(value: 0)
    let batch = Mutex<Batch?>(nil)
  }

  /// - Parameters:
  ///   - iterations: those that will be asked for, in order; a resumed run starts late.
  ///   - workers: threads, and iterations made ahead; 0 makes each batch when it is asked for.
  public init(
    iterations: Range<Int>, workers: Int, make: @escaping @Sendable (Int) -> Batch
  ) {
    self.make = make
    self.workers = workers
    end = iterations.upperBound
    state = Mutex(State(next: iterations.lowerBound, started: iterations.lowerBound))
  }

  /// Batches still being made are finished before their memory goes.
  deinit {
    let pending = state.withLock { $0.pending.values.map { $0 } }
    for one in pending { one.done.wait() }
  }

  /// The batch of the next iteration.
  public func next() -> Batch {
    let iteration = state.withLock { state in
      defer { state.next += 1 }
      return state.next
    }
    guard workers > 0 else { return make(iteration) }
    startAhead(of: iteration)
    let pending = state.withLock { $0.pending[iteration] }
    let start = ContinuousClock.now
    pending?.done.wait()
    let waited = ContinuousClock.now - start
    state.withLock {
      $0.pending[iteration] = nil
      $0.waited += waited
    }
    startAhead(of: iteration + 1)
    return pending?.batch.withLock { $0.take() } ?? make(iteration)
  }

  /// Time spent in `next` without a batch to hand out.
  public var waited: Duration { state.withLock { $0.waited } }

  private func startAhead(of iteration: Int) {
    let make = make
    state.withLock { state in
      while state.started < min(iteration + workers, end) {
        let pending = Pending()
        let wanted = state.started
        state.pending[wanted] = pending
        state.started += 1
        queue.async {
          let batch = make(wanted)
          pending.batch.withLock { $0 = batch }
          pending.done.signal()
        }
      }
    }
  }
}
