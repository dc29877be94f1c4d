import Synchronization

extension Compute {
  /// Multiplications and additions of Floats a second that all threads reach together, in registers.
  public func peakOperationsPerSecond() -> Double { best { multiplyAndAdd() } }

  /// The best of several tries of `work`, which returns its operations.
  private func best(_ work: () -> Int) -> Double {
    var best = 0.0
    for _ in 0..<5 {
      let start = ContinuousClock.now
      let operations = work()
      best = max(best, Double(operations) / ((ContinuousClock.now - start) / .seconds(1)))
    }
    return best
  }

  private func multiplyAndAdd() -> Int {
    let total = Atomic<Int>(0)
    pool.run(pool.count * 4) { _, _ in
      let (operations, result) = kernels.multiplyAndAdd(rounds: 1_000_000)
      // The result is looked at, so that it must be computed.
      if result.isFinite { total.add(operations, ordering: .relaxed) }
    }
    return total.load(ordering: .relaxed)
  }
}
