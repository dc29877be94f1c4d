import Glibc
import Synchronization

/// Threads that share out images. The calling thread is worker 0, so a pool of one starts none.
///
/// Which worker takes which item is left to chance; results must not depend on it, and do not,
/// since every sum across items is exact (`FixedPoint`).
public final class WorkerPool: @unchecked Sendable {
  public let count: Int
  private let shared = Shared()
  private var threads: [pthread_t] = []

  public init(count: Int) {
    self.count = max(1, count)
    ComputingThread.prepare()
    for worker in 1..<max(2, self.count) where self.count > 1 {
      let start = Unmanaged.passRetained(Start(worker: worker, shared: shared))
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
          ComputingThread.prepare()
          start.shared.serve(worker: start.worker)
          return nil
        }, start.toOpaque())
      precondition(status == 0, "a thread could not be started")
      threads.append(thread)
    }
  }

  deinit {
    shared.stop()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs the task once for each item in 0..<items and returns when all are done.
  public func run(_ items: Int, _ task: WorkerTask) {
    guard threads.count > 0, items > 1 else {
      for item in 0..<items { task.body(0, item) }
      return
    }
    shared.run(items: items, helpers: threads.count, body: task.body)
  }

  /// Calls `body(worker, item)` once for each item in 0..<items and returns when all are done. For
  /// what is not done in every step: unlike a task, a closure costs an allocation.
  public func run(_ items: Int, _ body: (_ worker: Int, _ item: Int) -> Void) {
    guard threads.count > 0, items > 1 else {
      for item in 0..<items { body(0, item) }
      return
    }
    withoutActuallyEscaping(body) { shared.run(items: items, helpers: threads.count, body: $0) }
  }

  private final class Start {
    let worker: Int
    let shared: Shared

    init(worker: Int, shared: Shared) {
      self.worker = worker
      self.shared = shared
    }
  }

  /// What the threads have in common: a job, and how far it is.
  private final class Shared: @unchecked Sendable {
    private let generation = Atomic<Int>(0)
    private let nextItem = Atomic<Int>(0)
    private let busyHelpers = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private var items = 0
    private var body: ((Int, Int) -> Void)?
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(wake, nil)
    }

    deinit {
      pthread_cond_destroy(wake)
      pthread_mutex_destroy(mutex)
      wake.deallocate()
      mutex.deallocate()
    }

    func run(items: Int, helpers: Int, body: @escaping (Int, Int) -> Void) {
      self.items = items
      self.body = body
      nextItem.store(0, ordering: .relaxed)
      busyHelpers.store(helpers, ordering: .relaxed)
      announce()
      takeItems(worker: 0, body)
      while busyHelpers.load(ordering: .acquiring) > 0 { sched_yield() }
      self.body = nil
    }

    func stop() {
      stopping.store(true, ordering: .relaxed)
      announce()
    }

    private func announce() {
      pthread_mutex_lock(mutex)
      generation.add(1, ordering: .releasing)
      pthread_cond_broadcast(wake)
      pthread_mutex_unlock(mutex)
    }

    func serve(worker: Int) {
      var seen = 0
      while true {
        awaitJob(after: seen)
        seen += 1
        if stopping.load(ordering: .relaxed) { return }
        if let body { takeItems(worker: worker, body) }
        busyHelpers.subtract(1, ordering: .releasing)
      }
    }

    /// Looks a little while before it sleeps: the next layer is usually microseconds away.
    private func awaitJob(after seen: Int) {
      for _ in 0..<2000 {
        if generation.load(ordering: .acquiring) > seen { return }
      }
      pthread_mutex_lock(mutex)
      while generation.load(ordering: .acquiring) <= seen { pthread_cond_wait(wake, mutex) }
      pthread_mutex_unlock(mutex)
    }

    private func takeItems(worker: Int, _ body: (Int, Int) -> Void) {
      while true {
        let item = nextItem.add(1, ordering: .relaxed).oldValue
        if item >= items { return }
        body(worker, item)
      }
    }
  }
}
