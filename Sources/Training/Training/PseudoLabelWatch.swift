import Datasets
import Files
import Imaging
import Inference
import Learning
import Metrics

/// `--watch-pseudo-labels`: compares the teacher's masks of unlabeled images with the masks that training does not
/// see. Changes no result.
struct PseudoLabelWatch {
  private let context: RunContext
  /// Training images that are used as unlabeled and have a mask.
  let positions: [Int]

  /// Nothing where it is not asked for, or the method has no teacher.
  ///
  /// - Throws: `FileError` where no unlabeled image has a mask.
  init?(_ context: RunContext) throws(FileError) {
    let configuration = context.configuration
    guard configuration.execution.watchesPseudoLabels,
      configuration.phases.contains(where: \.usesTeacher)
    else { return nil }
    self.context = context
    let dataset = context.dataset
    let unlabeled = dataset.splits.train.dropFirst(context.labeledCount)
    positions = unlabeled.filter { dataset.hasLabel[$0] }
    guard positions.isEmpty else { return }
    throw FileError(
      dataset.name,
      "--watch-pseudo-labels compares with masks of unlabeled images, and none of the "
        + "\(unlabeled.count) has one; leave it out")
  }

  /// Mean Dice of the pseudo-labels that a step has just learned from against the masks of their images, varied
  /// alike: over the mixtures whose unlabeled image has a mask, or nothing. Collective.
  ///
  /// - Parameter samples: what the step was given.
  func dice(
    of step: TrainingStep, _ samples: [MaskedImage], iteration: Int
  ) throws -> Double? {
    let mixtures = step.plan.mixtures
    let source = try SampleSource(context: context, plan: step.plan, wanted: [])
    let counted = mixtures.indices.filter { place in
      mixtures[place].unlabeled.map { slot in
        context.dataset.hasLabel[source.position(of: slot, iteration: iteration)]
      } ?? false
    }
    // Each is found on one rank: the sum only fills in zeros, so it is exact.
    var dice = [Double](repeating: 0, count: mixtures.count)
    for (index, place) in step.share.enumerated() {
      guard let pseudoLabel = step.pseudoLabel(at: index) else { continue }
      let isBase = mixtures[place].unlabeled == mixtures[place].base
      let truth = samples[2 * index + (isBase ? 0 : 1)].mask
      dice[place] = MaskMetrics.dice(prediction: pseudoLabel, label: truth.pixels)
    }
    try context.world.allReduceSum(&dice)
    guard !counted.isEmpty else { return nil }
    return counted.reduce(0) { $0 + dice[$1] } / Double(counted.count)
  }
}
