import Tensors

/// What one worker of a runner has for itself.
final class RunnerWorker {
  /// Sums of one image, [2][channels].
  let imageSums: AlignedBuffer<Double>
  /// Exact sums of the current layer, [groups][2][channels].
  let layerSums: AlignedBuffer<Int64>
  let gradientBuffer: AlignedBuffer<Float>
  /// A row of the largest feature map, enlarged.
  let rowBuffer: AlignedBuffer<Float>
  /// Maps that live for one stage.
  let maps: AlignedBuffer<UInt8>

  init(channels: Int, groups: Int, gradientCount: Int, rowCount: Int, mapBytes: Int) {
    imageSums = AlignedBuffer(count: 2 * channels)
    layerSums = AlignedBuffer(count: 2 * channels * groups)
    gradientBuffer = AlignedBuffer(count: gradientCount)
    rowBuffer = AlignedBuffer(count: rowCount)
    maps = AlignedBuffer(count: mapBytes)
  }
}
