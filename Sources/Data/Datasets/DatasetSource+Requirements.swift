import Files

extension DatasetSource {
  /// Checks that there are images to train on, to choose the best weights by, and to test.
  public func requireAllLists() throws(FileError) {
    for (title, positions) in splits.titled where positions.isEmpty { throw missingList(title) }
  }

  /// Checks that one of the lists is there.
  public func requireList(_ title: String) throws(FileError) {
    if splits[title].isEmpty { throw missingList(title) }
  }

  private func missingList(_ title: String) -> FileError {
    if hasOriginals {
      return FileError(
        "\(path)/\(title).txt",
        "the list is missing (a data set needs train.txt, val.txt and test.txt)")
    }
    let held = splits.titled.filter { !$0.positions.isEmpty }.map(\.title)
    return FileError(
      path,
      "its \(title) list is empty; it has images for \(held.joined(separator: " and ")) only: to train,"
        + " convert a data set with all three lists; to test, name another --split")
  }

  /// Checks that all images of a list have masks to compare with.
  public func requireLabels(for positions: [Int]) throws(FileError) {
    try requireLabels(for: positions, remedy: "")
  }

  /// Checks that the images at the beginning of the train list, which are to be used as labeled, have masks.
  public func requireLabels(ofFirst count: Int) throws(FileError) {
    let train = splits.train
    let labeled = train.prefix { hasLabel[$0] }.count
    let percent = (1...100).last {
      TwoStreamSampler.labeledCount(ratio: Double($0) / 100, of: train.count) <= labeled
    }
    let remedy =
      labeled > 0 && percent != nil
      ? "; the first \(labeled) of \(train.count) have one: use --labeled-ratio"
        + " \(Double(percent ?? 1) / 100) or less"
      : "; the train list must begin with the labeled images"
    try requireLabels(for: Array(train[..<count]), remedy: remedy)
  }

  private func requireLabels(for positions: [Int], remedy: String) throws(FileError) {
    let missing = positions.filter { !hasLabel[$0] }
    guard let first = missing.first else { return }
    let more = missing.count > 1 ? " (and \(missing.count - 1) more)" : ""
    let mask =
      hasOriginals
      ? "mask labels/\(names[first]) is missing\(more)"
      : "\(names[first]) has no mask\(more)"
    throw FileError(path, "\(mask), but the image is to be used as labeled\(remedy)")
  }
}
