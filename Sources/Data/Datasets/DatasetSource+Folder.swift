import Files

extension DatasetSource {
  /// Opens the published layout: `images/`, `labels/`, and the lists `train.txt`, `val.txt`, `test.txt`, of
  /// which some may be missing.
  static func openFolder(
    _ path: String, imageSize: Int, requiresFiles: Bool = true
  ) throws(FileError) -> DatasetSource {
    let path = path.count > 1 && path.last == "/" ? String(path.dropLast()) : path
    let titles = Dataset.Splits.titles.filter { FileSystem.isFile("\(path)/\($0).txt") }
    guard FileSystem.isFolder(path + "/images"), !titles.isEmpty else {
      throw LayoutSearch.missingLists(path)
    }
    let images = ImageFolder(path + "/images")
    var cases = ListedCases(
      images: images, masks: MaskFolder(ImageFolder(path + "/labels"), of: images),
      requiresFiles: requiresFiles)
    for title in titles { try cases.add(try SplitList.read("\(path)/\(title).txt"), to: title) }
    try cases.requireOwnMasks()
    return DatasetSource(
      name: FileSystem.lastComponent(path), path: path, imageSize: imageSize, names: cases.names,
      hasLabel: cases.files.map { !$0.masks.isEmpty }, splits: cases.splits,
      notes: cases.notes + overlapNotes(cases.names, cases.splits) + missingNotes(cases.splits),
      storage: .folder(cases.files))
  }

  private static func missingNotes(_ splits: Dataset.Splits) -> [String] {
    let missing = splits.titled.filter(\.positions.isEmpty).map { $0.title + ".txt" }
    guard !missing.isEmpty else { return [] }
    return [
      "there is no \(missing.joined(separator: " and no ")): the data set can be tested on, but not"
        + " trained on"
    ]
  }
}
