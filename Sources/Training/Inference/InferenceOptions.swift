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
    /// A checkpoint, or a file of weights under the published names.
    case file(String)
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

  public init(weights: Weights) { self.weights = weights }
}

extension InferenceOptions {
  /// The file to read and the settings to use, from what the weights say about themselves.
  ///
  /// A file of plain weights says nothing: the defaults of training then hold.
  func resolve() throws -> (file: WeightsFile, configuration: RunConfiguration) {
    let file: WeightsFile
    var configuration = RunConfiguration()
    switch weights {
    case .run(let path):
      let folder = RunFolder(path)
      guard FileSystem.exists(path) else { throw FileError(path, "no such run folder") }
      file = try WeightsFile(try folder.weightsToTest())
      configuration = try RunConfiguration(ofRun: folder)
    case .file(let path):
      file = try WeightsFile(path)
      if let header = file.header {
        configuration = try header.settings(of: path)
      }
      // Files of weights do not keep where the images lie.
      if let run = RunFolder.holding(path).flatMap({ try? RunConfiguration(ofRun: $0) }) {
        configuration.data.dataset = run.data.dataset
        configuration.data.root = run.data.root
      }
    }
    if let imageSize { configuration.data.imageSize = imageSize }
    configuration.data.pixels = configuration.data.pixels.overridden(by: pixels)
    if let precision { configuration.precision = precision }
    configuration.execution.threadCount = threadCount
    try configuration.validate()
    return (file, configuration)
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
