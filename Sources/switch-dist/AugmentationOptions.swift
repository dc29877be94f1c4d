import ArgumentParser
import Training

/// Flags that vary the training images.
struct AugmentationOptions: ParsableArguments {
  private static let defaults = AugmentationConfiguration()

  @Flag(
    inversion: .prefixedNo,
    help: "Vary the gray values of labeled images. (default: with --method switch)")
  var strongAugs: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Vary the geometry of training images. (default: with --method switch)")
  var weakAugs: Bool?

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

  /// After the method's flags: the method decides where these do not.
  func apply(to configuration: inout RunConfiguration) {
    let isOn = configuration.method.augmentsByDefault
    configuration.augmentation.strong = strongAugs ?? isOn
    configuration.augmentation.weak = weakAugs ?? isOn
    configuration.augmentation.strongCount = numStrongAugs
    configuration.augmentation.weakCount = numWeakAugs
    configuration.augmentation.randomStrongCount = randnStrongAugs
    configuration.augmentation.randomWeakCount = randnWeakAugs
  }
}
