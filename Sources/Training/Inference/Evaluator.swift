import Datasets
import Imaging
import Kernels
import MPI
import Metrics
import Network
import Runs
import Synchronization

/// Segments images with running statistics, every image on one rank, and compares with the masks.
package final class Evaluator {
  private let world: Communicator
  private let dataset: Dataset
  private let segmenter: Segmenter
  private let size: Int
  /// Images this rank has forwarded.
  package var forwardedImages: Int { segmenter.forwardedImages }

  package init(
    world: Communicator, compute: Compute, network: UNet, dataset: Dataset
  ) throws(KernelError) {
    self.world = world
    self.dataset = dataset
    size = dataset.imageSize
    segmenter = try Segmenter(compute: compute, network: network)
  }

  /// Mean Dice over the images at `positions`, the same on every rank.
  package func meanDice(_ model: ModelState, positions: [Int]) throws -> Double {
    let share = world.share(of: positions.count)
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
  package struct Case {
    package var position: Int
    package var mask: [UInt8]
    package var score: SegmentationScore
  }

  /// Scores and masks of all images, on rank 0; empty elsewhere.
  ///
  /// - Parameters:
  ///   - cleansUp: whether only the largest 8-connected component of each mask counts.
  ///   - use: called for each image on the rank that segments it, from several threads.
  package func test(
    _ model: ModelState, positions: [Int], cleansUp: Bool = false,
    use: (_ position: Int, _ mask: [UInt8], _ logits: SegmentationLogits) -> Void = { _, _, _ in }
  ) throws -> [Case] {
    let share = world.share(of: positions.count)
    let masks = segment(
      model, positions: Array(positions[share]), cleansUp: cleansUp, use: use)
    let measures = Measure.all
    var numbers = [Double](repeating: 0, count: measures.count * positions.count)
    for (index, mask) in zip(share, masks) {
      let score = SegmentationScore(
        prediction: mask, label: label(positions[index]), width: size, height: size)
      for (k, measure) in measures.enumerated() {
        numbers[measures.count * index + k] = measure.value(score) ?? .nan
      }
    }
    try world.allReduceSum(&numbers)
    let gathered = try world.allGatherVariable(masks.flatMap { $0 }).flatMap { $0 }
    guard world.rank == 0 else { return [] }
    let pixels = size * size
    return positions.enumerated().map { index, position in
      let values = numbers[(measures.count * index)..<(measures.count * (index + 1))]
      return Case(
        position: position, mask: Array(gathered[(index * pixels)..<((index + 1) * pixels)]),
        score: SegmentationScore(values.map { $0.isNaN ? nil : $0 }))
    }
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

extension ScoreTable {
  /// - Parameter cases: of a test on a data set.
  package init(_ cases: [Evaluator.Case], of dataset: Dataset) {
    let pixels = dataset.imageSize * dataset.imageSize
    self.init(
      cases.map { item in
        let label = dataset.labels[(item.position * pixels)..<((item.position + 1) * pixels)]
        return Row(
          name: dataset.names[item.position], score: item.score,
          predictedArea: item.mask.count { $0 != 0 }, trueArea: label.count { $0 != 0 })
      })
  }
}
