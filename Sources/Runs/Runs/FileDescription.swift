import Datasets
import Files
import HDF5

/// What `inspect` shows of a file.
public enum FileDescription: Sendable {
  case dataset(DatasetDescription)
  case checkpoint(CheckpointDescription)
  /// A dump, weights from elsewhere, or any other HDF5 file.
  case arrays(ArrayFileDescription)
  /// Weights in a safetensors file.
  case tensors(TensorFileDescription)

  /// - Parameter isQuick: reads the header only; what it says is checked, what it describes is not.
  /// - Throws: `FileError` when the file is not HDF5, or damaged.
  public init(path: String, isQuick: Bool = false) throws(FileError) {
    guard FileSystem.exists(path) else { throw FileError(path, "no such file") }
    let check: HDF5File.Check = isQuick ? .header : .everything
    do {
      if WeightsFile.isSafetensors(path) {
        self = .tensors(try TensorFileDescription(path: path, isQuick: isQuick))
      } else if try CheckpointFile.recognizes(path) {
        self = .checkpoint(try CheckpointDescription(path: path, check))
      } else if try DatasetFile.recognizes(path) || !HDF5File.isHDF5(path) {
        self = .dataset(try DatasetFile.describe(path, isQuick: isQuick))
      } else {
        self = .arrays(try ArrayFileDescription(path: path, check))
      }
    } catch let error as FileError {
      throw error
    } catch let error as HDF5Error {
      throw FileError(error)
    } catch {
      throw FileError(path, error)
    }
  }

  public func json() throws -> String {
    switch self {
    case .dataset(let description): try JSON.text(of: description, isPretty: true)
    case .checkpoint(let description): try JSON.text(of: description, isPretty: true)
    case .arrays(let description): try JSON.text(of: description, isPretty: true)
    case .tensors(let description): try JSON.text(of: description, isPretty: true)
    }
  }

  public func text() -> String {
    switch self {
    case .dataset(let file):
      """
      data set \(file.name), \(file.complete ? "complete" : "incomplete")
        images         \(file.images) of \(file.imageSize)×\(file.imageSize), \(file.masks) with mask
        splits         \(file.train) train, \(file.validation) val, \(file.test) test\(file.classes.map { "\n  classes        " + $0.map(\.text).joined(separator: ", ") } ?? "")
        source digest  \(file.sourceDigest)
        content digest \(file.contentDigest ?? "not computed")
        checked        \(file.checked.words)
      """ + file.notes.map { "\n  note           \($0)" }.joined()
    case .checkpoint(let file): file.text()
    case .arrays(let file): file.text()
    case .tensors(let file): file.text()
    }
  }
}

extension HDF5File.Check {
  /// As `inspect` says it.
  package var words: String {
    switch self {
    case .everything: "every array and attribute, by SHA-256"
    case .header: "only what the header says, by SHA-256; the arrays were not read (--quick)"
    case .checksums: "no SHA-256 in it to check by; HDF5's checksums of what was read"
    }
  }
}
