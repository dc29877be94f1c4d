import Files
import HDF5

/// Everything in a data set file but the pixels, checked to be consistent.
struct DatasetFileHeader: Equatable {
  var name: String
  var imageSize: Int
  var names: [String]
  var hasLabel: [Bool]
  var originalSizes: [Dataset.PixelSize]
  var splits: Dataset.Splits
  /// See `DatasetSource.classes`.
  var classes: [String]
  var sourceDigest: String
  var notes: [String]
  /// By which the pixels are to be checked; nil in files of earlier versions.
  var seal: FileSeal?
  /// By which single pictures are read and checked.
  var rows: DatasetFileRows?

  /// Reads all but the pixels and compares it with the file's seal.
  package static func read(_ path: String) throws(FileError) -> DatasetFileHeader {
    let file = try reading { () throws(HDF5Error) in try HDF5File.open(path) }
    let seal = try reading { () throws(HDF5Error) in
      try file.verify(excluding: PixelStore.Plane.allCases.map(\.arrayName)).seal
    }
    try checkFormat(file)
    try checkTypes(file)
    var header = try reading { () throws(HDF5Error) in try readFields(file) }
    try header.checkShapes(file)
    header.seal = seal
    if let seal { header.rows = try rows(of: file, by: seal, header) }
    return header
  }

  /// What is said of single rows is believed where it is what the file's seal says of all.
  private static func rows(
    of file: borrowing HDF5File, by seal: FileSeal, _ header: DatasetFileHeader
  ) throws(FileError) -> DatasetFileRows? {
    try reading { () throws(HDF5Error) in
      guard let rows = try DatasetFileRows(file, count: header.names.count) else { return nil }
      for plane in PixelStore.Plane.allCases {
        let digest = rows.digests.arrayDigest(plane, side: header.imageSize)
        try file.verify(digest, of: plane.arrayName, by: seal)
      }
      return rows
    }
  }

  private static func checkFormat(_ file: borrowing HDF5File) throws(FileError) {
    let format = try attribute("format", of: file, as: String.self)
    guard format == DatasetFile.format else {
      throw FileError(file.path, "not a data set file; make one with 'switch-dist convert'")
    }
    let version = try attribute("format_version", of: file, as: Int64.self)
    guard version == DatasetFile.version else {
      throw FileError(
        file.path,
        "format version \(version ?? 0), but this program reads up to version \(DatasetFile.version)"
          + ((version ?? 0) > DatasetFile.version
            ? ": written by a newer version of switch-dist" : "")
          + "; convert the data set again")
    }
    guard try attribute("complete", of: file, as: Bool.self) == true else {
      throw FileError(file.path, "was not written to its end; convert the data set again")
    }
  }

  /// Nil where the file has no such attribute, or one of another type; damage is an error.
  private static func attribute<Value: HDF5AttributeValue>(
    _ name: String, of file: borrowing HDF5File, as type: Value.Type
  ) throws(FileError) -> Value? {
    do throws(HDF5Error) {
      return try file.readAttribute(name, as: type)
    } catch {
      if error.kind == .missingObject || error.kind == .mismatch { return nil }
      throw FileError(error)
    }
  }

  private static func readFields(
    _ file: borrowing HDF5File
  ) throws(HDF5Error) -> DatasetFileHeader {
    func positions(_ title: String) throws(HDF5Error) -> [Int] {
      try file.read("splits/\(title)", as: Int.self).values
    }
    let sizes = try file.read("original_size", as: Int.self).values
    return DatasetFileHeader(
      name: try file.readAttribute("name", as: String.self),
      imageSize: try file.readAttribute("image_size", as: Int.self),
      names: try file.readStrings("names"),
      hasLabel: try file.read("has_label", as: UInt8.self).values.map { $0 != 0 },
      originalSizes: stride(from: 0, to: sizes.count - 1, by: 2).map {
        Dataset.PixelSize(width: sizes[$0], height: sizes[$0 + 1])
      },
      splits: Dataset.Splits(
        train: try positions("train"), validation: try positions("val"),
        test: try positions("test")),
      classes: try file.exists("class") ? try file.readStrings("class") : [],
      sourceDigest: try file.readAttribute("source_digest", as: String.self),
      notes: try file.readAttribute("notes", as: [String].self))
  }

  private func checkShapes(_ file: borrowing HDF5File) throws(FileError) {
    let count = names.count
    let path = file.path
    func require(_ condition: Bool, _ message: String) throws(FileError) {
      guard !condition else { return }
      throw FileError(path, message + "; convert the data set again")
    }
    try require(count > 0 && imageSize > 0, "holds no images")
    for title in ["images", "labels"] {
      let shape = try reading { () throws(HDF5Error) in try file.readShape(title) }
      try require(
        shape == [count, imageSize, imageSize],
        "/\(title) has shape \(shape), not \([count, imageSize, imageSize])")
    }
    try require(
      hasLabel.count == count && originalSizes.count == count,
      "/has_label or /original_size is not as long as /names")
    try require(
      classes.isEmpty || classes.count == count, "/class is not as long as /names")
    try require(
      classes.allSatisfy { $0.isEmpty || FileName($0).isPlain },
      "/class has a name not to be printed")
    try checkNames(path)
    try require(splits.titled.contains { !$0.positions.isEmpty }, "all splits are empty")
    for (title, positions) in splits.titled {
      try require(
        positions.allSatisfy((0..<count).contains), "/splits/\(title) points beyond the images")
    }
  }
  /// Results are written under these names.
  private func checkNames(_ path: String) throws(FileError) {
    var known: Set<FileName> = []
    for name in names.map(FileName.init(_:)) {
      guard name.isPlain else {
        throw FileError(
          path, "/names: '\(name.shown)' is not a plain file name, and results are written under it"
        )
      }
      guard known.insert(name).inserted else {
        throw FileError(path, "/names: '\(name.shown)' stands there twice")
      }
    }
  }
}
