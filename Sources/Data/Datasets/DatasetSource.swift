import Files

/// A data set on disk, opened but not loaded: a folder of PNGs or an .h5 made by `convert`.
///
/// Opening reads the lists and looks whether the files exist. Pixels are read by `load(cases:)`,
/// so that several processes can each decode a share, or by `loadAll(threads:)`.
public struct DatasetSource: Sendable {
  public let name: String
  public let path: String
  /// Side in pixels of the images that `load` gives.
  public let imageSize: Int
  /// File names, N of them, each once: those of train, then the new ones of val and of test.
  public let names: [String]
  /// Whether each image has a mask.
  public let hasLabel: [Bool]
  public let splits: Dataset.Splits
  /// What opening found that a user should know, one sentence each.
  public let notes: [String]
  let storage: Storage

  enum Storage: Sendable {
    /// The files of each case.
    case folder([CaseFiles])
    /// What the file has stored of its sources, and by what its pixels are checked.
    case file(DatasetFileHeader)
  }

  /// The same on this machine for sources that are one file or folder.
  public var identity: String { FileSystem.identity(path) }

  /// Number of images.
  public var count: Int { names.count }

  /// Opens a data set by name or path.
  ///
  /// - Parameters:
  ///   - nameOrPath: A name under `root`, a folder, or an .h5 file.
  ///   - root: Where names are looked up.
  ///   - imageSize: Side to resize to; an .h5 must have been made with it. Nil takes an .h5's own
  ///     and 256 for a folder.
  ///   - requiresFiles: Listed files that are missing are an error; without it they are one when they
  ///     are read.
  public static func open(
    _ nameOrPath: String, root: String = "data", imageSize: Int? = nil, requiresFiles: Bool = true
  ) throws(FileError) -> DatasetSource {
    let path = try locate(nameOrPath, root: root)
    return FileSystem.isFolder(path)
      ? try openFolder(path, imageSize: imageSize ?? 256, requiresFiles: requiresFiles)
      : try openFile(path, imageSize: imageSize)
  }

  /// Names are looked up under the root first; what is not there is taken as a path.
  private static func locate(
    _ nameOrPath: String, root: String
  ) throws(FileError) -> String {
    var candidates = [nameOrPath]
    if !nameOrPath.contains("/") {
      candidates = ["\(root)/\(nameOrPath)", "\(root)/\(nameOrPath).h5", nameOrPath]
    }
    guard let path = candidates.first(where: { FileSystem.isFolder($0) || FileSystem.isFile($0) })
    else {
      let places = candidates.joined(separator: ", ")
      throw FileError(
        nameOrPath,
        "no such data set (looked for \(places)); give a folder, an .h5 file"
          + " or a name under the data root")
    }
    return path
  }

  /// Checks that all of these images have masks, as labeled ones must.
  public func requireLabels(for positions: [Int]) throws(FileError) {
    let missing = positions.filter { !hasLabel[$0] }
    guard let first = missing.first else { return }
    let more = missing.count > 1 ? " (and \(missing.count - 1) more)" : ""
    throw FileError(
      path,
      "mask labels/\(names[first]) is missing\(more), but the image is to be used as labeled")
  }

  /// Names that are in two lists: scores on them say little.
  static func overlapNotes(_ names: [String], _ splits: Dataset.Splits) -> [String] {
    let lists = splits.titled
    return [(0, 1), (0, 2), (1, 2)].compactMap { a, b in
      let known = Set(lists[a].positions)
      let shared = lists[b].positions.filter { known.contains($0) }
      guard let first = shared.first else { return nil }
      return
        "\(shared.count) of \(lists[b].positions.count) names of the \(lists[b].title) list are"
        + " also in the \(lists[a].title) list (first: \(names[first]))"
    }
  }
}
