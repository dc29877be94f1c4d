import RandomNumbers
import Tensors
import VectorInterface

/// A batch norm of random channels, LeakyReLU, and dropout where a rate is given.
final class TestActivation {
  let slope: Float
  let pattern: DropoutPattern?
  /// Scale, shift, mean and 1/deviation of each channel.
  private let channels: AlignedBuffer<Float>
  private let stored: Int
  private let bits: AlignedBuffer<UInt8>

  init(
    blocks: Int, pixels: Int, rate: Double?, slope: Float = 0.01, seed: UInt64 = 41,
    _ kernels: any MapKernels.Type
  ) {
    self.slope = slope
    stored = blocks * kernels.lanes
    channels = AlignedBuffer(count: 4 * stored)
    _ = channels.values.update(
      fromContentsOf: KernelNumbers.random(3 * stored, seed: seed)
        + KernelNumbers.random(stored, 0.5..<2, seed: seed + 1))
    pattern = rate.map {
      DropoutPattern(
        rate: $0, key: RandomStream.key(seed: seed, purpose: .dropout), layer: 5, sample: 77,
        iteration: 123)
    }
    bits = AlignedBuffer(count: kernels.dropoutByteCount(pixels: pixels, blocks: blocks))
    if let pattern {
      kernels.drawDropout(pattern, pixels: pixels, blocks: blocks, into: bits.baseAddress)
    }
  }

  var normalization: ChannelNormalization {
    let start = Floats(channels.baseAddress)
    return ChannelNormalization(
      scale: start, shift: start + stored, mean: start + 2 * stored,
      inverseDeviation: start + 3 * stored)
  }

  var dropout: KeptActivations? {
    pattern.map { KeptActivations(bits: bits.baseAddress, scale: $0.keptScale) }
  }

  var activation: Activation {
    Activation(normalization: normalization, slope: slope, dropout: dropout)
  }
}
