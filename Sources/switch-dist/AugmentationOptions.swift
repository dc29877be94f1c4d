import ArgumentParser
import Training

/// Flags that vary the training images.
struct AugmentationOptions: ParsableArguments {
  private static let defaults = AugmentationConfiguration()

  @Flag(inversion: .prefixedNo, help: "Vary the gray values of labeled images.")
  var strongAugs = AugmentationOptions.defaults.strong

  @Flag(inversion: .prefixedNo, help: "Vary the geometry of training images.")
  var weakAugs = AugmentationOptions.defaults.weak

  @Option(help: ArgumentHelp("Draws of a strong augmentation.", valueName: "count"))
  var numStrongAugs = AugmentationOptions.defaults.strongCount

  @Option(help: ArgumentHelp("Draws of a weak augmentation.", valueName: "count"))
  var numWeakAugs = AugmentationOptions.defaults.weakCount

  @Flag(
    inversion: .prefixedNo,
    help: "Draw 1 to --num-strong-augs strong operations, or exactly as many.")
  var randnStrongAugs = AugmentationOptions.defaults.randomStrongCount

  @Flag(
    inversion: .prefixedNo,
    help: "Draw 1 to --num-weak-augs weak operations, or exactly as many.")
  var randnWeakAugs = AugmentationOptions.defaults.randomWeakCount

  func apply(to configuration: inout RunConfiguration) {
    configuration.augmentation.strong = strongAugs
    configuration.augmentation.weak = weakAugs
    configuration.augmentation.strongCount = numStrongAugs
    configuration.augmentation.weakCount = numWeakAugs
    configuration.augmentation.randomStrongCount = randnStrongAugs
    configuration.augmentation.randomWeakCount = randnWeakAugs
  }
}
