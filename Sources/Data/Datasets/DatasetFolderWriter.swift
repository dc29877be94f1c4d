import Files
import Imaging

/// Writes a data set as a folder in the published layout: `images/`, `labels/` (0 and 255) and, last, the
/// three lists.
public struct DatasetFolderWriter: ~Copyable {
  /// What was taken over from a process that ended while it wrote the folder; see `LockFile`.
  public var note: String? { lock.note }
  private let path: String
  private let lock: LockFile

  /// - Throws: `FileError` when the folder holds something already or cannot be written.
  public init(_ path: String) throws(FileError) {
    let refusal = FileError(
      path, "is not an empty folder, and nothing is overwritten; give a new path")
    guard FileSystem.isFolder(path) || !FileSystem.exists(path) else { throw refusal }
    try FileSystem.makeFolder(path)
    let lock = try LockFile(on: path, against: "another process", remedy: "give another folder")
    guard FileSystem.names(in: path) == [LockFile.name] else {
      lock.release()
      throw refusal
    }
    try FileSystem.makeFolder(path + "/images")
    try FileSystem.makeFolder(path + "/labels")
    self.lock = lock
    self.path = path
  }

  deinit { lock.release() }

  /// Writes the PNG files of one case.
  ///
  /// - Parameter mask: nil where nobody outlined the image.
  public func add(_ name: String, image: [UInt8], mask: [UInt8]?) throws(FileError) {
    try FileSystem.create("\(path)/images/\(name)", image)
    if let mask { try FileSystem.create("\(path)/labels/\(name)", mask) }
  }

  /// Writes the lists; without them it is no data set.
  public consuming func finish(names: [String], splits: Dataset.Splits) throws(FileError) {
    for (title, positions) in splits.titled {
      let lines = positions.map { names[$0] + "\n" }.joined()
      try FileSystem.create("\(path)/\(title).txt", Array(lines.utf8))
    }
  }
}

extension GrayImage {
  /// As a PNG file.
  ///
  /// - Parameter name: for messages.
  package func encoded(as name: String) throws(FileError) -> [UInt8] {
    do throws(ImagingError) {
      return try PNG.encode(self)
    } catch {
      throw FileError(name, error.reason)
    }
  }
}
