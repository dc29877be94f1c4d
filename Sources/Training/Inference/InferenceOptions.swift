import Datasets
import Files
import Kernels
import Runs
import Settings

/// Which weights to use, and what flags say against what these were trained with.
public struct InferenceOptions: Sendable {
  public enum Weights: Equatable, Sendable {
    /// A run's folder: the best weights of its latest phase.
    case run(String)
    /// Checkpoints, or files of weights under the published names; the probabilities of several are
    /// averaged.
    case files([String])
  }

  public var weights: Weights
  /// Side of the images the network sees, in pixels.
  public var imageSize: Int?
  public var precision: Precision?
  /// What the values in files mean, beside what was said of those the weights were trained on.
  public var pixels = PixelRules()
  /// Computing threads of each rank; nil for the cores each rank may use.
  public var threadCount: Int?
  /// Leaves only the largest 8-connected component of each mask.
  public var keepsLargestComponent = false
  /// Averages the probabilities of each image and of its mirror image, left and right exchanged.
  public var addsMirrorImages = false
  public var threshold = ThresholdRequest.half

  public init(weights: Weights) { self.weights = weights }
}

extension InferenceOptions {
  /// The files to read and the settings to use, from what the weights say about themselves.
  ///
  /// A file of plain weights says nothing: the defaults of training then hold.
  /// - Throws: `ConfigurationError` for files that do not go together.
  func resolve() throws -> (files: [WeightsFile], configuration: RunConfiguration) {
    switch weights {
    case .run(let path):
      let folder = RunFolder(path)
      guard FileSystem.exists(path) else { throw FileError(path, "no such run folder") }
      let file = try WeightsFile(try folder.weightsToTest())
      return ([file], try overridden(RunConfiguration(ofRun: folder)))
    case .files(let paths):
      try checkNames(paths)
      let files = try paths.map { try WeightsFile($0) }
      let all = try files.map { try overridden(settings(of: $0)) }
      for (file, settings) in zip(files, all).dropFirst() {
        try check(settings, of: file.path, fits: all[0], of: paths[0])
      }
      return (files, all[0])
    }
  }

  private func settings(of file: WeightsFile) throws -> RunConfiguration {
    var configuration = try file.settings() ?? RunConfiguration()
    // Files of weights do not keep where the images lie.
    if let run = RunFolder.holding(file.path).flatMap({ try? RunConfiguration(ofRun: $0) }) {
      configuration.data.dataset = run.data.dataset
      configuration.data.root = run.data.root
      configuration.data.folds = run.data.folds
    }
    return configuration
  }

  /// With what flags say.
  private func overridden(_ settings: RunConfiguration) throws -> RunConfiguration {
    var configuration = settings
    if let imageSize { configuration.data.imageSize = imageSize }
    configuration.data.pixels = configuration.data.pixels.overridden(by: pixels)
    if let precision { configuration.precision = precision }
    configuration.execution.threadCount = threadCount
    try configuration.validate()
    return configuration
  }

  // MARK: Several files

  /// The texts are sent to other ranks as lines.
  private func checkNames(_ paths: [String]) throws(ConfigurationError) {
    guard !paths.isEmpty, !paths.contains(where: { $0.contains(where: \.isNewline) }) else {
      throw ConfigurationError("--weights needs files whose names have no line breaks")
    }
  }

  private func check(
    _ settings: RunConfiguration, of path: String, fits first: RunConfiguration,
    of firstPath: String
  ) throws(ConfigurationError) {
    func differ(_ what: String, _ one: String, _ other: String, _ remedy: String)
      -> ConfigurationError
    {
      ConfigurationError(
        "\(firstPath) and \(path) do not go together: \(what) \(one) and \(other); \(remedy)")
    }
    let (size, firstSize) = (settings.data.imageSize, first.data.imageSize)
    if size != firstSize {
      throw differ("image sizes", "\(firstSize)", "\(size)", "give one for all with --img-size")
    }
    if settings.precision != first.precision {
      throw differ(
        "precisions", first.precision.rawValue, settings.precision.rawValue,
        "give one for all with --precision")
    }
    if settings.data.pixels.window != first.data.pixels.window {
      throw ConfigurationError(
        "\(firstPath) and \(path) were trained with other values for black and white; give them for "
          + "all with --window")
    }
  }
}

extension RunConfiguration {
  /// The configuration that a run has kept in its folder.
  package init(ofRun folder: RunFolder) throws(FileError) {
    let text = try FileSystem.readText(folder.configuration)
    do {
      try self.init(json: text)
    } catch {
      throw FileError(folder.configuration, "\(error)")
    }
  }
}
