import Datasets
import Files
import HDF5

/// What `inspect` shows of a file.
public enum FileDescription: Sendable {
  case dataset(DatasetDescription)
  case checkpoint(CheckpointDescription)
  /// A dump, weights from elsewhere, or any other HDF5 file.
  case arrays(ArrayFileDescription)

  /// - Throws: when the file is not HDF5, or damaged.
  public init(path: String) throws {
    if CheckpointFile.recognizes(path) {
      self = .checkpoint(try CheckpointDescription(path: path))
    } else if !FileSystem.exists(path) {
      throw FileError(path, "no such file")
    } else if DatasetFile.recognizes(path) || !HDF5File.isHDF5(path) {
      self = .dataset(try DatasetFile.describe(path))
    } else {
      self = .arrays(try ArrayFileDescription(path: path))
    }
  }

  public func json() throws -> String {
    switch self {
    case .dataset(let description): try JSON.text(of: description, isPretty: true)
    case .checkpoint(let description): try JSON.text(of: description, isPretty: true)
    case .arrays(let description): try JSON.text(of: description, isPretty: true)
    }
  }

  public func text() -> String {
    switch self {
    case .dataset(let file):
      """
      data set \(file.name), \(file.complete ? "complete" : "incomplete")
        images         \(file.images) of \(file.imageSize)×\(file.imageSize), \(file.masks) with mask
        splits         \(file.train) train, \(file.validation) val, \(file.test) test
        source digest  \(file.sourceDigest)
        content digest \(file.contentDigest)
      """ + file.notes.map { "\n  note           \($0)" }.joined()
    case .checkpoint(let file): file.text()
    case .arrays(let file): file.text()
    }
  }
}
