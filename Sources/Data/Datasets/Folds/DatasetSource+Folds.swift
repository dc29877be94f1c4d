import Files

extension DatasetSource {
  /// The same images in the lists of a cross-validation: fold `fold` is tested, the next one (after the last the
  /// first) validates, the others train, in the order of the table. Images without a mask train, but those of a
  /// group that is tested or validates, which are for nothing.
  ///
  /// - Parameter path: of the table, for errors.
  /// - Throws: `FileError` where the table has no such fold, or is of other images.
  package func divided(
    by table: FoldTable, testing fold: Int, path: String
  ) throws(FileError) -> DatasetSource {
    guard (1...table.count).contains(fold) else {
      throw FileError(path, "has the folds 1 to \(table.count) and no fold \(fold)")
    }
    var positions: [String: Int] = [:]
    for (position, name) in names.enumerated() { positions[name] = position }
    let validation = fold % table.count + 1
    var lists = Dataset.Splits(train: [], validation: [], test: [])
    var isKnown = [Bool](repeating: false, count: count)
    for row in table.rows {
      guard let position = positions[row.name] else {
        throw FileError(
          path, "has the image \(row.name), which \(self.path) has not; make it of this data set")
      }
      isKnown[position] = true
      switch row.fold {
      case fold: if hasLabel[position] { lists.test.append(position) }
      case validation: if hasLabel[position] { lists.validation.append(position) }
      default: lists.train.append(position)
      }
    }
    if let missing = isKnown.firstIndex(of: false) {
      throw FileError(
        path,
        "lacks the image \(names[missing]) of \(self.path); make it of this data set")
    }
    var source = DatasetSource(
      name: name, path: self.path, imageSize: imageSize, names: names, hasLabel: hasLabel,
      splits: lists, classes: classes,
      notes: notes + ["fold \(fold) of \(table.count) is tested, fold \(validation) validates"],
      storage: storage)
    source.rules = rules
    source.ownSplits = ownSplits ?? splits
    return source
  }

  /// What was read of this source, which knows by its digests in whose lists it is.
  func divided(_ dataset: Dataset) -> Dataset {
    guard let ownSplits else { return dataset }
    var divided = dataset
    divided.ownSplits = ownSplits
    divided.sourceDigest = divided.digest(dataset.sourceDigest)
    return divided
  }
}

extension Dataset {
  /// A digest of a data set with its own lists as that of its images in other lists.
  ///
  /// - Parameter digest: with `ownSplits`.
  func digest(_ digest: String) -> String {
    guard ownSplits != nil else { return digest }
    return DatasetDigest.ofDivision(
      digest, names: names, hasLabel: hasLabel, splits: splits)
  }
}
