import Datasets
import Files
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
    let found = try segment(model, positions: Array(positions[share]))
    var dice = [Double](repeating: 0, count: positions.count)
    for (index, one) in zip(share, found) {
      dice[index] = MaskMetrics.dice(prediction: one.mask, label: one.label)
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
    /// Pixels of the lesion in truth.
    package var trueArea: Int
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
    let found = try segment(
      model, positions: Array(positions[share]), cleansUp: cleansUp, use: use)
    let measures = Measure.all
    var numbers = [Double](repeating: 0, count: measures.count * positions.count)
    var areas = [Int64](repeating: 0, count: positions.count)
    for (index, one) in zip(share, found) {
      let score = SegmentationScore(
        prediction: one.mask, label: one.label, width: size, height: size)
      for (k, measure) in measures.enumerated() {
        numbers[measures.count * index + k] = measure.value(score) ?? .nan
      }
      areas[index] = Int64(one.label.count { $0 != 0 })
    }
    try world.allReduceSum(&numbers)
    try world.allReduceSum(&areas)
    let gathered = try world.allGatherVariable(found.flatMap(\.mask)).flatMap { $0 }
    guard world.rank == 0 else { return [] }
    let pixels = size * size
    return positions.enumerated().map { index, position in
      let values = numbers[(measures.count * index)..<(measures.count * (index + 1))]
      return Case(
        position: position, mask: Array(gathered[(index * pixels)..<((index + 1) * pixels)]),
        score: SegmentationScore(values.map { $0.isNaN ? nil : $0 }),
        trueArea: Int(areas[index]))
    }
  }

  /// What was predicted for an image, and the truth: masks of 0 and 1.
  private struct Segmented {
    var mask: [UInt8] = []
    var label: [UInt8] = []
  }

  /// Predicted masks (see `SegmentationLogits.mask`) with the true ones. Collective.
  ///
  /// - Throws: `SharedFailure` on every rank where one could not read an image.
  private func segment(
    _ model: ModelState, positions: [Int], cleansUp: Bool = false,
    use: (_ position: Int, _ mask: [UInt8], _ logits: SegmentationLogits) -> Void = { _, _, _ in }
  ) throws -> [Segmented] {
    let nothing = [Segmented](repeating: Segmented(), count: positions.count)
    let state = Mutex((found: nothing, failures: [Int: String]()))
    /// Black where it cannot be read.
    func read(_ item: Int, _ picture: (Int) throws(FileError) -> GrayImage) -> [UInt8] {
      do throws(FileError) {
        return try picture(positions[item]).pixels
      } catch {
        state.withLock { $0.failures[item] = error.description }
        return [UInt8](repeating: 0, count: size * size)
      }
    }
    segmenter.load(model)
    segmenter.run(positions.count, model: model) { item in
      read(item, dataset.image)[...]
    } use: { item, logits in
      var mask = logits.mask()
      if cleansUp { mask = largestComponent(of: mask, width: size, height: size) }
      use(positions[item], mask, logits)
      let label = read(item, dataset.mask)
      state.withLock { $0.found[item] = Segmented(mask: mask, label: label) }
    }
    let first = state.withLock { $0.failures.min { $0.key < $1.key }?.value }
    if let failure = try world.firstFailure(first) { throw failure }
    return state.withLock { $0.found }
  }
}

extension ScoreTable {
  /// - Parameter cases: of a test on a data set.
  package init(_ cases: [Evaluator.Case], of dataset: Dataset) {
    self.init(
      cases.map { item in
        Row(
          name: dataset.names[item.position], score: item.score,
          predictedArea: item.mask.count { $0 != 0 }, trueArea: item.trueArea)
      })
  }
}
