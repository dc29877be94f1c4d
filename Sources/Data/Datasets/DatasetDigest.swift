import Digests

/// SHA-256 over what a data set was made from: names, splits and the bytes of the files.
public enum DatasetDigest {
  /// Digest of one image file and its mask files, hexadecimal; lengths separate them.
  public static func ofCase(image: [UInt8], masks: [[UInt8]]) -> String {
    var hash = SHA256()
    hash.update("image \(image.count)\n")
    hash.update(image)
    if masks.isEmpty { hash.update("no mask\n") }
    for mask in masks {
      hash.update("mask \(mask.count)\n")
      hash.update(mask)
    }
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
    update(&hash, splits)
    return hash.finalize()
  }

  /// Digest of names and lists and of which images have masks, hexadecimal.
  public static func ofLists(
    names: [String], hasLabel: [Bool], splits: Dataset.Splits
  ) -> String {
    var hash = SHA256()
    for (name, hasLabel) in zip(names, hasLabel) {
      hash.update("\(hasLabel ? "labeled" : "unlabeled") \(name)\n")
    }
    update(&hash, splits)
    return hash.finalize()
  }

  /// Digest of images in other lists than their data set's, hexadecimal.
  ///
  /// - Parameter digest: of the data set with its own.
  static func ofDivision(
    _ digest: String, names: [String], hasLabel: [Bool], splits: Dataset.Splits
  ) -> String {
    var hash = SHA256()
    hash.update("\(digest)\n\(ofLists(names: names, hasLabel: hasLabel, splits: splits))\n")
    return hash.finalize()
  }

  private static func update(_ hash: inout SHA256, _ splits: Dataset.Splits) {
    for (title, positions) in splits.titled {
      hash.update("\(title)\n")
      for position in positions { hash.update("\(position)\n") }
    }
  }
}

extension Dataset.Splits {
  /// The names that the lists have in folders and files, in their order.
  package static let titles = ["train", "val", "test"]

  /// The three lists under their names.
  package var titled: [(title: String, positions: [Int])] {
    [("train", train), ("val", validation), ("test", test)]
  }

  subscript(title: String) -> [Int] {
    get { titled.first { $0.title == title }?.positions ?? [] }
    set {
      switch title {
      case "train": train = newValue
      case "val": validation = newValue
      default: test = newValue
      }
    }
  }
}
