import Files

extension DatasetSource {
  /// Opens the published layout: `images/`, `labels/`, `train.txt`, `val.txt`, `test.txt`.
  static func openFolder(
    _ path: String, imageSize: Int, requiresFiles: Bool
  ) throws(FileError) -> DatasetSource {
    let path = path.count > 1 && path.last == "/" ? String(path.dropLast()) : path
    guard FileSystem.isFolder(path + "/images") else {
      throw FileError(
        path, "has no folder images/ (a data set has images/, labels/ and three lists)")
    }
    let (names, splits) = mergeLists(
      train: try SplitList.read(path + "/train.txt"),
      validation: try SplitList.read(path + "/val.txt"),
      test: try SplitList.read(path + "/test.txt"))
    let hasLabel = names.map { FileSystem.isFile("\(path)/labels/\($0)") }
    if requiresFiles { try checkFiles(path, names, hasLabel, splits) }
    let files = zip(names, hasLabel).map { name, hasLabel in
      CaseFiles(
        image: "\(path)/images/\(name)", masks: hasLabel ? ["\(path)/labels/\(name)"] : [])
    }
    return DatasetSource(
      name: FileSystem.lastComponent(path), path: path, imageSize: imageSize, names: names,
      hasLabel: hasLabel, splits: splits, notes: overlapNotes(names, splits),
      storage: .folder(files))
  }

  /// Numbers the names in the order of their first appearance.
  private static func mergeLists(
    train: [String], validation: [String], test: [String]
  ) -> (names: [String], splits: Dataset.Splits) {
    var names: [String] = []
    var positions: [String: Int] = [:]
    func number(_ list: [String]) -> [Int] {
      list.map { name in
        if let known = positions[name] { return known }
        names.append(name)
        positions[name] = names.count - 1
        return names.count - 1
      }
    }
    let splits = Dataset.Splits(
      train: number(train), validation: number(validation), test: number(test))
    return (names, splits)
  }

  /// Every listed image must exist, and the masks of validation and test.
  private static func checkFiles(
    _ path: String, _ names: [String], _ hasLabel: [Bool], _ splits: Dataset.Splits
  ) throws(FileError) {
    for (title, positions) in splits.titled {
      let missing = positions.filter { !FileSystem.isFile("\(path)/images/\(names[$0])") }
      if let first = missing.first {
        throw missingFile("images/\(names[first])", count: missing.count, path, title)
      }
      guard title != "train" else { continue }
      let unlabeled = positions.filter { !hasLabel[$0] }
      if let first = unlabeled.first {
        throw missingFile("labels/\(names[first])", count: unlabeled.count, path, title)
      }
    }
  }

  private static func missingFile(
    _ file: String, count: Int, _ path: String, _ title: String
  ) -> FileError {
    let more = count > 1 ? " (and \(count - 1) more)" : ""
    return FileError("\(path)/\(title).txt", "\(file) is listed but does not exist\(more)")
  }
}
