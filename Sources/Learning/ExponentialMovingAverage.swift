import Kernels
import Network
import VectorInterface

/// The teacher: the exponential moving average of the student's parameters. Buffers are its own.
public enum ExponentialMovingAverage {
  public static let decay: Float = 0.99

  /// teacher = 0.99 · teacher + 0.01 · student.
  public static func update(_ teacher: ModelState, with student: ModelState, compute: Compute) {
    let count = teacher.parameters.count
    let chunk = 1 << 16
    compute.pool.run((count + chunk - 1) / chunk) { _, index in
      let start = index * chunk
      compute.kernels.average(
        teacher.parameters.baseAddress + start,
        with: Floats(student.parameters.baseAddress + start), count: min(chunk, count - start),
        decay: decay)
    }
  }
}
