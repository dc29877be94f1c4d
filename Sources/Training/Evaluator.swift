import Datasets
import Imaging
import Kernels
import MPI
import Metrics
import Network
import Synchronization

/// Segments images with running statistics, every image on one rank, and compares with the masks.
final class Evaluator {
  private let world: Communicator
  private let dataset: Dataset
  private let segmenter: Segmenter
  private let size: Int
  /// Images this rank has forwarded.
  var forwardedImages: Int { segmenter.forwardedImages }

  init(
    world: Communicator, compute: Compute, network: UNet, dataset: Dataset
  ) throws(KernelError) {
    self.world = world
    self.dataset = dataset
    size = dataset.imageSize
    segmenter = try Segmenter(compute: compute, network: network)
  }

  /// Mean Dice over the images at `positions`, the same on every rank.
  func meanDice(_ model: ModelState, positions: [Int]) throws -> Double {
    let share = shareOfRank(positions.count)
    let masks = segment(model, positions: Array(positions[share]))
    var dice = [Double](repeating: 0, count: positions.count)
    for (index, mask) in zip(share, masks) {
      dice[index] = MaskMetrics.dice(prediction: mask, label: label(positions[index]))
    }
    // Every image is scored on one rank: the sum only fills in zeros, so it is exact.
    try world.allReduceSum(&dice)
    return dice.reduce(0, +) / Double(max(dice.count, 1))
  }

  /// One image of a test: where it is, what was predicted, how good that is.
  struct Case {
    var position: Int
    var mask: [UInt8]
    var score: SegmentationScore
  }

  /// Scores and masks of all images, on rank 0; empty elsewhere.
  ///
  /// - Parameters:
  ///   - cleansUp: whether only the largest 8-connected component of each mask counts.
  ///   - use: called for each image on the rank that segments it, from several threads.
  func test(
    _ model: ModelState, positions: [Int], cleansUp: Bool = false,
    use: (_ position: Int, _ mask: [UInt8], _ logits: SegmentationLogits) -> Void = { _, _, _ in }
  ) throws -> [Case] {
    let share = shareOfRank(positions.count)
    let masks = segment(
      model, positions: Array(positions[share]), cleansUp: cleansUp, use: use)
    var numbers = [Double](repeating: 0, count: 4 * positions.count)
    for (index, mask) in zip(share, masks) {
      let score = SegmentationScore(
        prediction: mask, label: label(positions[index]), width: size, height: size)
      numbers[4 * index] = score.dice
      numbers[4 * index + 1] = score.intersectionOverUnion
      numbers[4 * index + 2] = score.hausdorff95 ?? .nan
      numbers[4 * index + 3] = score.averageSurfaceDistance ?? .nan
    }
    try world.allReduceSum(&numbers)
    let gathered = try world.allGatherVariable(masks.flatMap { $0 }).flatMap { $0 }
    guard world.rank == 0 else { return [] }
    let pixels = size * size
    return positions.enumerated().map { index, position in
      func optional(_ value: Double) -> Double? { value.isNaN ? nil : value }
      return Case(
        position: position, mask: Array(gathered[(index * pixels)..<((index + 1) * pixels)]),
        score: SegmentationScore(
          dice: numbers[4 * index], intersectionOverUnion: numbers[4 * index + 1],
          hausdorff95: optional(numbers[4 * index + 2]),
          averageSurfaceDistance: optional(numbers[4 * index + 3])))
    }
  }

  private func shareOfRank(_ count: Int) -> Range<Int> {
    (world.rank * count / world.size)..<((world.rank + 1) * count / world.size)
  }

  private func label(_ position: Int) -> [UInt8] {
    dataset.mask(position).pixels
  }

  /// Predicted masks of 0 and 1, see `SegmentationLogits.mask`.
  private func segment(
    _ model: ModelState, positions: [Int], cleansUp: Bool = false,
    use: (_ position: Int, _ mask: [UInt8], _ logits: SegmentationLogits) -> Void = { _, _, _ in }
  ) -> [[UInt8]] {
    let pixels = size * size
    segmenter.load(model)
    let masks = Mutex([[UInt8]](repeating: [], count: positions.count))
    segmenter.run(positions.count, model: model) { item in
      dataset.images[(positions[item] * pixels)..<((positions[item] + 1) * pixels)]
    } use: { item, logits in
      var mask = logits.mask()
      if cleansUp { mask = largestComponent(of: mask, width: size, height: size) }
      use(positions[item], mask, logits)
      masks.withLock { $0[item] = mask }
    }
    return masks.withLock { $0 }
  }
}
