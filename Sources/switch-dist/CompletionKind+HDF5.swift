import ArgumentParser
import Datasets

extension CompletionKind {
  /// Checkpoints, weights, dumps and data sets.
  static var hdf5: CompletionKind { .file(extensions: DatasetFile.extensions) }
}
