import Datasets
import Files
import Jobs
import MPI
import Runs
import Settings

/// The labeled images that weights are tested on, or that a threshold is chosen on.
struct WeightsImages {
  let context: InferenceContext
  /// What names them; nil for those of the run.
  let dataset: String?
  let dataRoot: String?

  /// Whether there is something to find them by, before anything is read.
  static func check(
    _ weights: InferenceOptions.Weights, dataset: String?
  ) throws(ConfigurationError) {
    guard case .files(let paths) = weights, dataset == nil,
      paths.contains(where: { RunFolder.holding($0) == nil })
    else { return }
    throw ConfigurationError(
      "weights outside their run's folder do not say where their images are: name them with "
        + "--dataset")
  }

  var configuration: RunConfiguration {
    var configuration = context.configuration
    if let dataset {
      configuration.data.dataset = dataset
      configuration.data.root = DataConfiguration().root
      configuration.data.pixels = context.options.pixels
      (configuration.data.folds, configuration.data.fold) = (nil, nil)
    }
    if let dataRoot { configuration.data.root = dataRoot }
    return configuration
  }

  /// Collective.
  ///
  /// - Parameter split: the list that needs masks.
  func load(for split: TestSplit) throws -> Dataset {
    let images = try DatasetLoading.load(
      world: context.world, configuration: configuration, scoring: split)
    if context.world.size > 1 {
      try DatasetLoading.requireEqualContent(try images.contentDigest(), on: context.world)
    }
    for note in images.notes { context.log.info("data: \(note)") }
    return images
  }

  /// A run's own images must be the ones it was trained on; others must be asked for.
  func check(_ images: Dataset) throws(FileError) {
    for (path, digest) in zip(context.weights, context.sourceDigests) {
      guard !digest.isEmpty, images.sourceDigest != digest else { continue }
      guard dataset != nil else {
        let first = context.weights[0]
        throw FileError(
          path,
          path == first
            ? "was trained on other data than its data set holds now; to test on that, name it with "
              + "--dataset"
            : "was trained on other data than \(first); name the images to use with --dataset")
      }
    }
    if context.sourceDigests.contains(where: { !$0.isEmpty && $0 != images.sourceDigest }) {
      context.log.info("\(images.name) is not the data the weights were trained on")
    }
  }
}
