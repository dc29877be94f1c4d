import Files

/// A data set on disk, opened but not loaded: a folder of images or an .h5 made by `convert`.
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
  /// The class of each image, such as benign; empty where there are no classes, "" for an image without.
  public let classes: [String]
  /// What opening found that a user should know, one sentence each.
  public let notes: [String]
  let storage: Storage
  /// What the values in a folder's files mean; a file holds them mapped.
  var rules = PixelRules()
  /// The lists of the data set itself, where `splits` are those of a cross-validation.
  var ownSplits: Dataset.Splits?

  enum Storage: Sendable {
    /// The files of each case.
    case folder([CaseFiles])
    /// What the file has stored of its sources, and by what its pixels are checked.
    case file(DatasetFileHeader)
  }

  init(
    name: String, path: String, imageSize: Int, names: [String], hasLabel: [Bool],
    splits: Dataset.Splits, classes: [String] = [], notes: [String], storage: Storage
  ) {
    self.name = name
    self.path = path
    self.imageSize = imageSize
    self.names = names
    self.hasLabel = hasLabel
    self.splits = splits
    self.classes = classes
    self.notes = notes
    self.storage = storage
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
  ///   - rules: What the values in a folder's files mean; an .h5 takes none, its pixels are mapped.
  ///   - requiresFiles: Listed files that are missing are an error; without it they are one when they
  ///     are read.
  public static func open(
    _ nameOrPath: String, root: String = "data", imageSize: Int? = nil,
    rules: PixelRules = PixelRules(), requiresFiles: Bool = true
  ) throws(FileError) -> DatasetSource {
    let path = try locate(nameOrPath, root: root)
    guard FileSystem.isFolder(path) else {
      try refuse(rules, for: path)
      return try openFile(path, imageSize: imageSize)
    }
    return try openFolder(path, imageSize: imageSize ?? 256, requiresFiles: requiresFiles)
      .reading(by: rules)
  }

  /// The same folder, whose values mean what these rules say.
  func reading(by rules: PixelRules) -> DatasetSource {
    var source = self
    source.rules = rules
    return source
  }

  private static func refuse(_ rules: PixelRules, for path: String) throws(FileError) {
    guard !rules.options.isEmpty else { return }
    throw FileError(
      path,
      "its pixels were mapped when it was made: leave out \(rules.options.joined(separator: " ")), or"
        + " give them to 'switch-dist convert' and make the file again")
  }

  /// Names are looked up under the root first; what is not there is taken as a path.
  private static func locate(
    _ nameOrPath: String, root: String
  ) throws(FileError) -> String {
    var candidates = [nameOrPath]
    if !nameOrPath.contains("/") {
      let inRoot = "\(root)/\(nameOrPath)"
      candidates = [inRoot] + DatasetFile.extensions.map { "\(inRoot).\($0)" } + [nameOrPath]
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
