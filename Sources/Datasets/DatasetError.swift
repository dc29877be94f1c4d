import HDF5
import Imaging

/// What is wrong with a data set: one clear line that names the file.
public struct DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// A folder, list, image or mask that should be there is not.
    case missing
    /// The content is not what it should be: sizes that differ, an empty list, another version.
    case invalid
    /// The file cannot be decoded, or its checksum does not match.
    case damaged
  }

  public var kind: Kind
  /// The line for people, beginning with the path of the file it is about.
  public var description: String

  public init(_ kind: Kind, _ path: String, _ message: String) {
    self.kind = kind
    self.description = "\(path): \(message)"
  }

  init(_ error: HDF5Error) {
    switch error.kind {
    case .missingFile, .missingObject: kind = .missing
    case .damaged, .notHDF5: kind = .damaged
    case .mismatch, .refused: kind = .invalid
    }
    description = error.description
  }
}

/// Runs HDF5 calls and says their errors as the data set's.
func reading<Result: ~Copyable>(
  _ body: () throws(HDF5Error) -> Result
) throws(DatasetError) -> Result {
  do {
    return try body()
  } catch {
    throw DatasetError(error)
  }
}
