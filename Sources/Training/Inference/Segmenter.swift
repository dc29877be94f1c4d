import Imaging
import Kernels
import Network
import Synchronization
import VectorInterface

/// Segments images of one size with running statistics, each on one thread: what evaluation, test
/// and prediction share.
package final class Segmenter {
  /// Side of the images in pixels.
  let size: Int
  private let runner: NetworkRunner
  private let threadCount: Int
  /// Images this rank has forwarded, as often as members of an ensemble saw them.
  package private(set) var forwardedImages = 0
  /// What a block of images and all that the members of an ensemble make of it may need; a block has an
  /// image for each thread at least.
  package var blockBytes = 64 << 20

  package init(compute: Compute, network: UNet) throws(KernelError) {
    size = network.graph.imageSize
    threadCount = compute.pool.count
    runner = try NetworkRunner(
      compute: compute, network: network, mode: .evaluation, capacity: compute.pool.count)
  }

  /// Forwards images that need not all be in memory at once.
  ///
  /// Of several models each in turn goes through a block of images: a runner has the weights of one in the form
  /// in which kernels read them, which takes as long as an image or two, and a runner for each would need the
  /// feature maps as often.
  ///
  /// Both closures are called from several threads, for one image `use` after `fill`.
  /// - Parameters:
  ///   - fill: gives the pixels of an image, [size, size], 0…255; asked once for each.
  ///   - use: takes the members' margins, in their order: the logit of the lesion less that of the
  ///     background, [size, size].
  package func run(
    _ count: Int, ensemble: Ensemble, fill: (_ item: Int) -> ArraySlice<UInt8>,
    use: (_ item: Int, _ margins: [RealImage]) -> Void
  ) {
    if ensemble.models.count == 1 { runner.load(ensemble.models[0]) }
    guard ensemble.memberCount > 1 else {
      return run(count, ensemble.models[0], fill: fill) { use($0, [$1]) }
    }
    let bytes = size * size * (1 + ensemble.memberCount * MemoryLayout<Float>.size)
    let block = max(threadCount, blockBytes / bytes)
    for first in stride(from: 0, to: count, by: block) {
      let items = first..<min(first + block, count)
      runBlock(items.count, ensemble) {
        fill(items.lowerBound + $0)
      } use: {
        use(items.lowerBound + $0, $1)
      }
    }
  }

  private func runBlock(
    _ count: Int, _ ensemble: Ensemble, fill: (_ item: Int) -> ArraySlice<UInt8>,
    use: (_ item: Int, _ margins: [RealImage]) -> Void
  ) {
    let images = Mutex([ArraySlice<UInt8>](repeating: [], count: count))
    let margins = Mutex([[RealImage]](repeating: [], count: count))
    let views = ensemble.addsMirrorImages ? [false, true] : [false]
    for (index, model) in ensemble.models.enumerated() {
      if ensemble.models.count > 1 { runner.load(model) }
      for isMirrored in views {
        let isFirst = index == 0 && !isMirrored
        run(count, model) { item in
          if isFirst {
            let pixels = fill(item)
            images.withLock { $0[item] = pixels }
            return pixels
          }
          let pixels = images.withLock { $0[item] }
          return isMirrored ? Self.mirrored(Array(pixels), width: size)[...] : pixels
        } use: { item, margin in
          let own =
            isMirrored
            ? RealImage(
              width: size, height: size, pixels: Self.mirrored(margin.pixels, width: size))
            : margin
          let all = margins.withLock { margins in
            margins[item].append(own)
            return margins[item].count == ensemble.memberCount ? margins[item] : nil
          }
          if let all {
            use(item, all)
            margins.withLock { $0[item] = [] }
          }
        }
      }
    }
  }

  private func run(
    _ count: Int, _ model: ModelState, fill: (_ item: Int) -> ArraySlice<UInt8>,
    use: (_ item: Int, _ margins: RealImage) -> Void
  ) {
    runner.evaluate(count, model: model) { item, plane in
      for (k, value) in fill(item).enumerated() { plane[k] = Float(value) / 255 }
    } use: { _, item, logits in
      use(item, margins(logits))
    }
    forwardedImages += count
  }

  /// Of logits [2][size, size], background first.
  private func margins(_ logits: Floats) -> RealImage {
    let pixels = size * size
    return RealImage(
      width: size, height: size,
      pixels: (0..<pixels).map { pixel in
        let (background, lesion) = (logits[pixel], logits[pixels + pixel])
        // Of logits that are almost equal the difference may be flushed to zero.
        return lesion > background
          ? max(lesion - background, .leastNormalMagnitude) : lesion - background
      })
  }

  /// Left and right exchanged.
  private static func mirrored<Value>(_ pixels: [Value], width: Int) -> [Value] {
    var result = pixels
    for row in stride(from: 0, to: pixels.count, by: width) {
      result[row..<(row + width)].reverse()
    }
    return result
  }
}
