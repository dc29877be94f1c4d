import Imaging
import Kernels
import Network
import VectorInterface

/// Segments images of one size with running statistics, each on one thread: what evaluation, test
/// and prediction share.
package final class Segmenter {
  /// Side of the images in pixels.
  let size: Int
  private let runner: NetworkRunner
  /// Images this rank has forwarded.
  private(set) var forwardedImages = 0

  init(compute: Compute, network: UNet) throws(KernelError) {
    size = network.graph.imageSize
    runner = try NetworkRunner(
      compute: compute, network: network, mode: .evaluation, capacity: compute.pool.count)
  }

  /// Takes over the model's weights; to be called after each change.
  func load(_ model: ModelState) { runner.load(model) }

  /// Forwards images that need not all be in memory at once.
  ///
  /// Both closures are called from several threads, for one image `use` after `fill` on the same.
  /// - Parameters:
  ///   - fill: gives the pixels of an image, [size, size], 0…255.
  ///   - use: takes what the network makes of it.
  func run(
    _ count: Int, model: ModelState, fill: (_ item: Int) -> ArraySlice<UInt8>,
    use: (_ item: Int, _ logits: SegmentationLogits) -> Void
  ) {
    runner.evaluate(count, model: model) { item, plane in
      for (k, value) in fill(item).enumerated() { plane[k] = Float(value) / 255 }
    } use: { _, item, logits in
      use(item, SegmentationLogits(size: size, logits: logits))
    }
    forwardedImages += count
  }
}

/// The network's output for one image, valid while it is being used.
package struct SegmentationLogits {
  let size: Int
  /// [2][size, size]: background, foreground.
  fileprivate let logits: Floats

  /// Predicted mask of 0 and 1: foreground where its logit is larger; a tie is background.
  package func mask() -> [UInt8] {
    let pixels = size * size
    return (0..<pixels).map { logits[pixels + $0] > logits[$0] ? 1 : 0 }
  }

  /// Foreground's logit minus background's: the logit of the foreground's probability.
  func margins() -> RealImage {
    let pixels = size * size
    return RealImage(
      width: size, height: size, pixels: (0..<pixels).map { logits[pixels + $0] - logits[$0] })
  }
}
