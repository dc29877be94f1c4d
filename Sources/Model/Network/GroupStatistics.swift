import Kernels
import Tensors
import VectorInterface

/// The batch statistics of one batch norm layer, for each group of images, and what both passes
/// derive from them. All arrays are padded to whole blocks of channels.
final class GroupStatistics {
  private static let rows = 7
  private let stored: Int
  private let values: AlignedBuffer<Float>

  /// - Parameter stored: channels padded to whole blocks.
  init(stored: Int, groups: Int) {
    self.stored = stored
    values = AlignedBuffer(count: groups * Self.rows * stored)
  }

  private func row(_ index: Int, _ group: Int) -> MutableFloats {
    values.baseAddress + (group * Self.rows + index) * stored
  }

  func normalization(group: Int) -> ChannelNormalization {
    ChannelNormalization(
      scale: Floats(row(0, group)), shift: Floats(row(1, group)), mean: Floats(row(2, group)),
      inverseDeviation: Floats(row(3, group)))
  }

  /// gradient = gain · gradient + slope · y + offset.
  func backwardRows(group: Int) -> (gain: Floats, slope: Floats, offset: Floats) {
    (Floats(row(4, group)), Floats(row(5, group)), Floats(row(6, group)))
  }

  /// Sets one channel of a group from its mean and biased variance.
  func set(
    group: Int, channel: Int, mean: Double, variance: Double, gamma: Float, beta: Float
  ) {
    let inverse = 1 / (variance + NetworkRunner.epsilon).squareRoot()
    let scale = Double(gamma) * inverse
    row(0, group)[channel] = Float(scale)
    row(1, group)[channel] = Float(Double(beta) - mean * scale)
    row(2, group)[channel] = Float(mean)
    row(3, group)[channel] = Float(inverse)
  }

  /// Sets one channel's backward rows from Σg and Σg·x̂ over the group's `count` values.
  func setBackward(group: Int, channel: Int, sum: Double, projection: Double, count: Double) {
    let gain = Double(row(0, group)[channel])
    let inverse = Double(row(3, group)[channel])
    let mean = Double(row(2, group)[channel])
    let slope = -gain * inverse * projection / count
    row(4, group)[channel] = Float(gain)
    row(5, group)[channel] = Float(slope)
    row(6, group)[channel] = Float(-gain * sum / count - slope * mean)
  }
}
