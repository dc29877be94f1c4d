import Imaging
import Inference
import Kernels
import Network
import Synchronization
import Testing

/// What the members of an ensemble make of images does not depend on how many are under way at once.
@Suite struct SegmenterTests {
  private static let size = 32
  private static let count = 7
  private let network = UNet(.init(imageSize: size, initialChannels: 4))

  private var models: [ModelState] {
    (1...3).map { ModelState(layout: network.graph.layout, seed: $0) }
  }

  private static func image(_ item: Int) -> [UInt8] {
    (0..<(size * size)).map { UInt8(truncatingIfNeeded: ($0 + 5 * item) * ($0 / 32 + item)) }
  }

  private func margins(
    _ ensemble: Ensemble, threads: Int, blockBytes: Int? = nil,
    images: (Int) -> [UInt8] = Self.image
  ) throws -> [[RealImage]] {
    let segmenter = try Segmenter(compute: try Compute(threads: threads), network: network)
    if let blockBytes { segmenter.blockBytes = blockBytes }
    let found = Mutex([[RealImage]](repeating: [], count: Self.count))
    segmenter.run(Self.count, ensemble: ensemble) {
      images($0)[...]
    } use: { item, margins in
      found.withLock { $0[item] = margins }
    }
    #expect(segmenter.forwardedImages == Self.count * ensemble.memberCount)
    return found.withLock { $0 }
  }

  @Test func blocksAndThreadsChangeNothing() throws {
    let models = models
    let ensemble = Ensemble(models, addsMirrorImages: true)
    let expected = try margins(ensemble, threads: 1)
    #expect(expected.allSatisfy { $0.count == 6 })
    for (threads, blockBytes) in [(1, 0), (2, 0), (3, 3 * 25 * 1024), (2, 1 << 20)] {
      #expect(try margins(ensemble, threads: threads, blockBytes: blockBytes) == expected)
    }
    // Each member is what it is alone.
    for (index, model) in models.enumerated() {
      let alone = try margins(Ensemble([model]), threads: 2)
      #expect(alone.map { $0[0] } == expected.map { $0[2 * index] })
    }
  }

  /// The second member sees the mirror image, and what it finds is turned back.
  @Test func mirrorImagesAreTurnedBack() throws {
    func mirrored<Value>(_ pixels: [Value]) -> [Value] {
      stride(from: 0, to: pixels.count, by: Self.size).flatMap {
        pixels[$0..<($0 + Self.size)].reversed()
      }
    }
    let ensemble = Ensemble([models[0]], addsMirrorImages: true)
    let expected = try margins(ensemble, threads: 1)
    let turned = try margins(ensemble, threads: 1) { mirrored(Self.image($0)) }
    for (one, other) in zip(expected, turned) {
      #expect(one[0].pixels == mirrored(other[1].pixels))
      #expect(one[1].pixels == mirrored(other[0].pixels))
      #expect(one[0] != one[1])
    }
  }
}
