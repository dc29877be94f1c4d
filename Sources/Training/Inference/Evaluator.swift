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
  let world: Communicator
  let dataset: Dataset
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
    let found = try segment(Ensemble([model]), positions: Array(positions[share])) { one in
      let segmentation = Segmentation(
        one.margins, width: size, height: size, rule: Segmentation.Rule())
      return MaskMetrics.dice(prediction: segmentation.mask.pixels, label: one.label)
    }
    var dice = [Double](repeating: 0, count: positions.count)
    for (index, one) in zip(share, found) { dice[index] = one }
    // Every image is scored on one rank: the sum only fills in zeros, so it is exact.
    try world.allReduceSum(&dice)
    return dice.reduce(0, +) / Double(max(dice.count, 1))
  }

  /// One image of a test: where it is, what was predicted, how good that is.
  package struct Case: Sendable {
    package var position: Int
    package var mask: [UInt8]
    package var score: SegmentationScore
    /// Pixels of the lesion in truth.
    package var trueArea: Int
  }

  /// What a test found.
  package struct Outcome {
    /// Of all images, on rank 0; empty elsewhere.
    package var cases: [Case]
    /// Of the pixels of all images.
    package var pixels: PixelwiseScore
  }

  /// Scores and masks of all images.
  ///
  /// - Parameters:
  ///   - rule: how probabilities become masks.
  ///   - tolerance: of the normalized surface Dice, in pixels.
  ///   - use: called for each image on the rank that segments it, from several threads.
  package func test(
    _ ensemble: Ensemble, positions: [Int], rule: Segmentation.Rule = Segmentation.Rule(),
    tolerance: Double = SurfaceTolerance.usual,
    use: (_ position: Int, _ mask: [UInt8], _ margins: [RealImage]) -> Void = { _, _, _ in }
  ) throws -> Outcome {
    let share = world.share(of: positions.count)
    let pixels = Mutex(ProbabilityHistogram())
    let found = try segment(ensemble, positions: Array(positions[share])) { one in
      let segmentation = Segmentation(
        one.margins, width: size, height: size, rule: rule, keepsProbability: true)
      let mask = segmentation.mask.pixels
      use(one.position, mask, one.margins)
      let levels = segmentation.probability?.levels() ?? []
      pixels.withLock { $0.add(levels: levels, label: one.label) }
      return Case(
        position: one.position, mask: mask,
        score: SegmentationScore(
          prediction: mask, label: one.label, width: size, height: size, tolerance: tolerance),
        trueArea: one.label.count { $0 != 0 })
    }
    var counts = pixels.withLock { $0 }.counts
    try world.allReduceSum(&counts)
    return Outcome(
      cases: try gather(found, share, count: positions.count, positions),
      pixels: PixelwiseScore(ProbabilityHistogram(counts: counts)))
  }

  /// The cases of all ranks on rank 0.
  private func gather(
    _ found: [Case], _ share: Range<Int>, count: Int, _ positions: [Int]
  ) throws -> [Case] {
    let fields = ScoreField.allCases
    var numbers = [Double](repeating: 0, count: fields.count * count)
    var areas = [Int64](repeating: 0, count: count)
    for (index, one) in zip(share, found) {
      for (k, field) in fields.enumerated() {
        numbers[fields.count * index + k] = one.score[field] ?? .nan
      }
      areas[index] = Int64(one.trueArea)
    }
    try world.allReduceSum(&numbers)
    try world.allReduceSum(&areas)
    let masks = try world.allGatherVariable(found.flatMap(\.mask)).flatMap { $0 }
    guard world.rank == 0 else { return [] }
    let pixels = size * size
    return positions.enumerated().map { index, position in
      let values = zip(fields, numbers[(fields.count * index)...]).filter { !$0.1.isNaN }
      return Case(
        position: position, mask: Array(masks[(index * pixels)..<((index + 1) * pixels)]),
        score: SegmentationScore(Dictionary(uniqueKeysWithValues: values)),
        trueArea: Int(areas[index]))
    }
  }

  /// The threshold of the largest mean Dice over the images at `positions`, the same on every rank.
  package func chooseThreshold(_ ensemble: Ensemble, positions: [Int]) throws -> ThresholdChoice {
    let share = world.share(of: positions.count)
    let dice = Mutex(DiceByThreshold())
    _ = try segment(ensemble, positions: Array(positions[share])) { one in
      let own = DiceByThreshold(
        levels: LesionProbability(one.margins, width: size, height: size).levels(),
        label: one.label)
      dice.withLock { $0.add(own) }
    }
    var sums = dice.withLock { $0 }.sums
    try world.allReduceSum(&sums)
    return ThresholdChoice(DiceByThreshold(sums: sums), count: positions.count)
  }

  /// An image after the network, at the network's size.
  struct Segmented {
    var position: Int
    /// Of the members; see `Segmenter.run`.
    var margins: [RealImage]
    /// The truth, 0 and 1.
    var label: [UInt8]
  }

  /// What `use` makes of each image, from several threads. Collective.
  ///
  /// - Throws: `SharedFailure` on every rank where one could not read an image.
  func segment<Result: Sendable>(
    _ ensemble: Ensemble, positions: [Int], use: (Segmented) -> Result
  ) throws -> [Result] {
    let nothing = [Result?](repeating: nil, count: positions.count)
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
    segmenter.run(positions.count, ensemble: ensemble) { item in
      read(item, dataset.image)[...]
    } use: { item, margins in
      let label = read(item, dataset.mask)
      let result = use(Segmented(position: positions[item], margins: margins, label: label))
      state.withLock { $0.found[item] = result }
    }
    let first = state.withLock { $0.failures.min { $0.key < $1.key }?.value }
    if let failure = try world.firstFailure(first) { throw failure }
    return state.withLock { $0.found.compactMap { $0 } }
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
