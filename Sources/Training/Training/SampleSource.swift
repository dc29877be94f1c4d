import Datasets
import Files
import Imaging
import Learning
import Methods
import RandomNumbers

/// Makes the augmented samples that a rank's mixtures want: a function of the iteration alone.
package struct SampleSource: Sendable {
  private let dataset: Dataset
  private let sampler: TwoStreamSampler
  private let policy: AugmentationPolicy
  private let wanted: [BatchSlot]
  private let seed: UInt64
  private let phase: Int

  init(context: RunContext, plan: PhasePlan, wanted: [BatchSlot]) throws {
    let configuration = context.configuration
    dataset = context.dataset
    seed = configuration.seed
    phase = plan.phase.stream
    self.wanted = wanted
    sampler = try TwoStreamSampler(
      train: dataset.splits.train, labeledRatio: configuration.data.labeledRatio,
      blockSize: plan.blockSize, seed: seed, phase: phase, needsUnlabeled: plan.usesTeacher)
    repetitions = sampler.repetitions(needsUnlabeled: plan.usesTeacher)
    let settings = configuration.augmentation
    policy = AugmentationPolicy(
      strong: settings.strong, weak: settings.weak, strongCount: settings.strongCount,
      weakCount: settings.weakCount, randomStrongCount: settings.randomStrongCount,
      randomWeakCount: settings.randomWeakCount)
  }

  /// Streams with fewer images than a batch has places, in words.
  let repetitions: [String]

  /// The samples of an iteration, or why they cannot be had.
  struct Batch: Sendable {
    /// Black ones where they could not be read: the rank takes part in a step until all know of it.
    let samples: [MaskedImage]
    let failure: FileError?
  }

  func batch(iteration: Int) -> Batch {
    do throws(FileError) {
      return Batch(samples: try samples(iteration: iteration), failure: nil)
    } catch {
      let black = dataset.plane([UInt8](repeating: 0, count: dataset.imageSize * dataset.imageSize))
      let samples = wanted.map { _ in MaskedImage(image: black, mask: black) }
      return Batch(samples: samples, failure: error)
    }
  }

  /// In the order of the wanted slots; a slot wanted twice in a row is made once.
  func samples(iteration: Int) throws(FileError) -> [MaskedImage] {
    let labeled = sampler.labeledBlock(iteration: iteration)
    let unlabeled = sampler.unlabeledBlock(iteration: iteration)
    var samples: [MaskedImage] = []
    for (index, slot) in wanted.enumerated() {
      if index > 0, slot == wanted[index - 1] {
        samples.append(samples[index - 1])
        continue
      }
      let block = slot.stream == .labeled ? labeled : unlabeled
      samples.append(try sample(at: block[slot.slot], slot, iteration: iteration))
    }
    return samples
  }

  /// Where in the data set the image of a slot comes from.
  func position(of slot: BatchSlot, iteration: Int) -> Int {
    switch slot.stream {
    case .labeled: sampler.labeledBlock(iteration: iteration)[slot.slot]
    case .unlabeled: sampler.unlabeledBlock(iteration: iteration)[slot.slot]
    }
  }

  private func sample(
    at position: Int, _ slot: BatchSlot, iteration: Int
  ) throws(FileError) -> MaskedImage {
    let pair = MaskedImage(
      image: try dataset.image(position), mask: try dataset.mask(position))
    let isLabeled = slot.stream == .labeled
    var stream = RandomStream(
      seed: seed, purpose: isLabeled ? .labeledAugmentation : .unlabeledAugmentation,
      iteration: iteration, slot: slot.slot | phase << 24)
    return isLabeled ? policy.labeled(pair, &stream) : policy.unlabeled(pair, &stream)
  }
}
