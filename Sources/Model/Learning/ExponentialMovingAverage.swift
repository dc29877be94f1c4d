import Kernels
import Network
import VectorInterface

/// The teacher: the exponential moving average of the student's parameters. Buffers are its own.
public enum ExponentialMovingAverage {
  public static let decay: Float = 0.99

  /// teacher = 0.99 · teacher + 0.01 · student.
  public static func update(_ teacher: ModelState, with student: ModelState, compute: Compute) {
    compute.kernels.average(
      teacher.parameters.baseAddress, with: Floats(student.parameters.baseAddress),
      count: teacher.parameters.count, decay: decay)
  }
}
