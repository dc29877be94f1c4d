import Digests

/// SHA-256 over what a data set was made from: names, splits and the bytes of the files.
public enum DatasetDigest {
  /// Digest of one image file and its mask file, hexadecimal; lengths separate the two.
  public static func ofCase(image: [UInt8], mask: [UInt8]?) -> String {
    var hash = SHA256()
    hash.update("image \(image.count)\n")
    hash.update(image)
    hash.update(mask.map { "mask \($0.count)\n" } ?? "no mask\n")
    hash.update(mask ?? [])
    return hash.finalize()
  }

  /// Digest of the whole data set, hexadecimal.
  ///
  /// - Parameter caseDigests: One for each name, see `ofCase`.
  public static func ofDataset(
    names: [String], splits: Dataset.Splits, caseDigests: [String]
  ) -> String {
    var hash = SHA256()
    for (name, digest) in zip(names, caseDigests) {
      hash.update("\(digest) \(name)\n")
    }
    for (title, positions) in splits.titled {
      hash.update("\(title)\n")
      for position in positions { hash.update("\(position)\n") }
    }
    return hash.finalize()
  }
}

extension Dataset.Splits {
  /// The three lists under the names they have in folders and files.
  var titled: [(title: String, positions: [Int])] {
    [("train", train), ("val", validation), ("test", test)]
  }
}
