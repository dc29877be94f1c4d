import ArgumentParser
import Datasets
import Safetensors

extension CompletionKind {
  /// Checkpoints, weights, dumps and data sets.
  static var hdf5: CompletionKind { .file(extensions: DatasetFile.extensions) }

  /// Checkpoints and weights from elsewhere.
  static var weights: CompletionKind {
    .file(extensions: DatasetFile.extensions + [SafetensorsFile.fileExtension])
  }
}
