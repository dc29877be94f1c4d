import Datasets
import Glibc
import Synchronization
import Testing

@Suite struct PrefetcherTests {
  /// Work that takes longer for some iterations, so that later ones finish first.
  private static func slowSquare(_ iteration: Int) -> Int {
    usleep(UInt32(iteration % 3 == 0 ? 8_000 : 500))
    return iteration * iteration
  }

  @Test(arguments: [0, 1, 3, 8])
  func batchesComeInOrder(workers: Int) {
    let loader = Prefetcher(iterations: 0..<40, workers: workers) { Self.slowSquare($0) }
    let batches = (0..<40).map { _ in loader.next() }
    #expect(batches == (0..<40).map { $0 * $0 })
  }

  @Test(arguments: [0, 1, 3])
  func aResumedRunStartsLate(workers: Int) {
    let made = Mutex<[Int]>([])
    do {
      let loader = Prefetcher(iterations: 17..<23, workers: workers) { iteration in
        made.withLock { $0.append(iteration) }
        return iteration
      }
      #expect((0..<6).map { _ in loader.next() } == Array(17..<23))
    }
    #expect(made.withLock { $0.sorted() } == Array(17..<23))
  }

  /// Nothing is made before the first request, and no more than one iteration for each worker ahead.
  @Test(arguments: [1, 2, 3])
  func lookaheadIsBounded(workers: Int) {
    let made = Mutex(-1)
    let loader = Prefetcher(iterations: 0..<100, workers: workers) { iteration in
      made.withLock { $0 = max($0, iteration) }
      return iteration
    }
    usleep(5_000)
    #expect(made.withLock { $0 } == -1)
    for iteration in 0..<10 {
      #expect(loader.next() == iteration)
      usleep(3_000)
      #expect(made.withLock { $0 } <= iteration + workers)
    }
    Self.await { made.withLock { $0 } > 9 }
    #expect(made.withLock { $0 } > 9, "nothing was made ahead")
  }

  /// Ending early waits for what is under way and starts nothing else.
  @Test func endingEarlyLeavesNothingRunning() {
    let running = Atomic<Int>(0)
    let started = Atomic<Int>(0)
    withExtendedLifetime(0) {
      let loader = Prefetcher(iterations: 0..<1000, workers: 4) { iteration in
        running.add(1, ordering: .sequentiallyConsistent)
        started.add(1, ordering: .sequentiallyConsistent)
        usleep(5_000)
        running.subtract(1, ordering: .sequentiallyConsistent)
        return iteration
      }
      _ = loader.next()
    }
    #expect(running.load(ordering: .sequentiallyConsistent) == 0)
    #expect(started.load(ordering: .sequentiallyConsistent) <= 5)
  }

  @Test func waitingIsCounted() {
    let loader = Prefetcher(iterations: 0..<3, workers: 1) { iteration in
      usleep(20_000)
      return iteration
    }
    for _ in 0..<3 { _ = loader.next() }
    #expect(loader.waited > .milliseconds(30))
    let made = Atomic<Int>(-1)
    let idle = Prefetcher(iterations: 0..<3, workers: 1) { iteration in
      made.store(iteration, ordering: .sequentiallyConsistent)
      return iteration
    }
    _ = idle.next()
    Self.await { made.load(ordering: .sequentiallyConsistent) == 1 }
    usleep(20_000)
    let before = idle.waited
    _ = idle.next()
    #expect(idle.waited - before < .milliseconds(10))
  }

  /// Waits for something; ten seconds at most.
  private static func await(_ isDue: () -> Bool) {
    for _ in 0..<10_000 where !isDue() { usleep(1_000) }
  }
}
