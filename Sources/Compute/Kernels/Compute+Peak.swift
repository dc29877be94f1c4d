import Synchronization
import Tensors

extension Compute {
  /// Multiplications and additions a second that all threads reach together: in registers for fp32;
  /// for bf16 in oneDNN's 1 × 1 convolution of 256 to 256 channels.
  public func peakOperationsPerSecond() -> Double {
    switch precision {
    case .fp32: best { multiplyAndAdd() }
    case .bf16: (try? convolutionPeak()) ?? 0
    }
  }

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

  private func convolutionPeak() throws(KernelError) -> Double {
    let shape = ConvolutionShape(
      inputParts: [256], outputChannels: 256, height: 16, width: 16, kernel: 1)
    let convolution = try plan(shape, backward: false, needsInputGradient: false)
    // An input and an output of 256 × 16 × 16 values of two bytes for each worker.
    let mapBytes = 256 * 256 * 2
    let memory = AlignedBuffer<UInt8>(count: 2 * pool.count * mapBytes)
    let rounds = 200
    return best {
      pool.run(pool.count * rounds) { worker, _ in
        let x = UnsafeMutableRawPointer(memory.baseAddress) + 2 * worker * mapBytes
        convolution.forward(worker: worker, x: UnsafeRawPointer(x), output: x + mapBytes)
      }
      return pool.count * rounds * shape.operations
    }
  }
}
