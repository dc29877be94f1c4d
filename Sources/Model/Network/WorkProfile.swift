import Glibc
import Tensors

/// Where the computing threads of a runner spend their time: nanoseconds for each operation of the
/// network and each kind of work on it, one row for each worker. Counting costs a clock reading for
/// each piece of work, a fraction of a millisecond in a step.
public final class WorkProfile {
  public enum Work: Int, CaseIterable, Sendable {
    case forward
    /// Drawing which activations are kept.
    case dropout
    case activationBackward
    case weightGradient
    /// Rounding of weight gradients to exact sums.
    case exactSums
    case inputGradient
  }

  private let operations: Int
  private let workers: Int
  /// Values in a worker's row, padded so that workers do not share a cache line.
  private let stride: Int
  private let nanoseconds: AlignedBuffer<Int64>

  init(operations: Int, workers: Int) {
    self.operations = operations
    self.workers = workers
    stride = (operations * Work.allCases.count + 15) / 8 * 8
    nanoseconds = AlignedBuffer(count: workers * stride)
  }

  /// The monotonic clock.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Adds the time since `start`, and returns the present moment.
  @discardableResult
  func add(_ work: Work, operation: Int, worker: Int, since start: Int64) -> Int64 {
    let end = Self.now()
    let row = nanoseconds.baseAddress + worker * stride
    row[operation * Work.allCases.count + work.rawValue] += end - start
    return end
  }

  /// Seconds since `reset`, over all workers.
  public func seconds(_ work: Work, operation: Int) -> Double {
    let index = operation * Work.allCases.count + work.rawValue
    return (0..<workers).reduce(0) {
      $0 + Double(nanoseconds.baseAddress[$1 * stride + index]) * 1e-9
    }
  }

  public func reset() { nanoseconds.fill(with: 0) }
}
