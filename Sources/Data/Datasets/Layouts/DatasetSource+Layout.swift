import Files

extension DatasetSource {
  /// Opens a folder of any known layout and makes the lists that it lacks.
  ///
  /// - Parameters:
  ///   - layout: the one that it has; nil to look at it.
  ///   - imageSize: side to resize to.
  ///   - plan: how to divide images without lists.
  ///   - rules: what the values in the files mean.
  ///   - requiresFiles: see the other `open`.
  ///   - notice: called with what was recognised, where it is not the published layout.
  /// - Throws: `FileError` where it is laid out otherwise, images and masks do not fit together, or they
  ///   cannot be divided so.
  public static func open(
    _ path: String, layout: DatasetLayout?, imageSize: Int, plan: SplitPlan,
    rules: PixelRules = PixelRules(), requiresFiles: Bool = true,
    notice: (String) -> Void = { _ in }
  ) throws(FileError) -> DatasetSource {
    let finding = try LayoutSearch.find(layout, in: path)
    if finding.layout == .lists {
      guard plan.shares == nil, plan.grouping == nil else {
        throw FileError(
          finding.path,
          "has lists of its own, which --split and --group-by would replace; leave these out, or take"
            + " --layout folder")
      }
      return try openFolder(
        finding.path, imageSize: imageSize, requiresFiles: requiresFiles
      ).reading(by: rules)
    }
    notice("layout \(finding.layout.rawValue): \(finding.path) \(finding.reason)")
    let found = try finding.findCases(keepsPublishedSplit: plan.shares == nil)
    return try make(found, plan, path: finding.path, imageSize: imageSize).reading(by: rules)
  }

  /// Opens images and masks in two folders of any names.
  public static func open(
    images: String, masks: String, imageSize: Int, plan: SplitPlan,
    rules: PixelRules = PixelRules()
  ) throws(FileError) -> DatasetSource {
    for folder in [images, masks] where !FileSystem.isFolder(folder) {
      throw FileError(folder, "no such folder")
    }
    let found = try ImagePairing(images: images, masks: masks).find()
    return try make(found, plan, path: images, imageSize: imageSize).reading(by: rules)
  }

  private static func make(
    _ found: FoundCases, _ plan: SplitPlan, path: String, imageSize: Int
  ) throws(FileError) -> DatasetSource {
    guard !found.cases.isEmpty else { throw FileError(path, "no PNG or JPEG files in this folder") }
    let division = try CaseDivision(found, plan, path: path)
    let cases = division.lists.flatMap { $0 }
    var splits = Dataset.Splits(train: [], validation: [], test: [])
    var start = 0
    for (title, list) in zip(Dataset.Splits.titles, division.lists) {
      splits[title] = Array(start..<(start + list.count))
      start += list.count
    }
    let classes = cases.map(\.className)
    return DatasetSource(
      name: FileSystem.lastComponent(path), path: path, imageSize: imageSize,
      names: cases.map(\.name), hasLabel: cases.map(\.isLabeled), splits: splits,
      classes: classes.allSatisfy(\.isEmpty) ? [] : classes, notes: division.notes,
      storage: .folder(cases.map(\.files)))
  }
}
