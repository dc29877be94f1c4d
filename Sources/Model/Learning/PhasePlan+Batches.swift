import Methods
import Network

extension PhasePlan {
  /// What tells one forwarded image from another to the dropout generator.
  private func sample(model: UInt32, view: Int, mixture: Int) -> UInt32 {
    model << 31 | UInt32(phase.stream) << 28 | UInt32(view) << 24 | UInt32(mixture)
  }

  /// A rank's views: the plain ones of its mixtures, then the restored ones.
  func studentBatch(share: Range<Int>, dropoutKey: SIMD2<UInt32>) -> ImageBatch {
    let viewCount = hasRestoredViews ? 2 : 1
    let images = (0..<viewCount).flatMap { view in share.map { (view: view, mixture: $0) } }
    return ImageBatch(
      groups: images.map { mixtures[$0.mixture].group + $0.view * groups.count },
      globalGroupSizes: [[Int]](repeating: groupSizes, count: viewCount).flatMap { $0 },
      samples: images.map { sample(model: 0, view: $0.view, mixture: $0.mixture) },
      dropoutKey: dropoutKey, iteration: 0)
  }

  /// A rank's unlabeled images, as the teacher sees them.
  func teacherBatch(share: Range<Int>, dropoutKey: SIMD2<UInt32>) -> ImageBatch {
    ImageBatch(
      groups: share.map { mixtures[$0].group }, globalGroupSizes: groupSizes,
      samples: share.map { sample(model: 1, view: 0, mixture: $0) }, dropoutKey: dropoutKey,
      iteration: 0)
  }
}
