import Files

/// How many images of a class there are, in all and in each list.
public struct ClassCount: Codable, Equatable, Sendable {
  /// Empty for the images without a class.
  public var name: String
  public var images: Int
  public var train: Int
  public var validation: Int
  public var test: Int

  /// Of all classes, in the order of their names' bytes; nil where there are none.
  ///
  /// - Parameter classes: one for each image, see `DatasetSource.classes`.
  static func counts(_ classes: [String], _ splits: Dataset.Splits) -> [ClassCount]? {
    guard !classes.isEmpty else { return nil }
    return FileSystem.orderedByBytes(Array(Set(classes))).map { name in
      func count(_ positions: [Int]) -> Int { positions.count { classes[$0] == name } }
      return ClassCount(
        name: name, images: classes.count { $0 == name }, train: count(splits.train),
        validation: count(splits.validation), test: count(splits.test))
    }
  }

  /// As `inspect` and `convert` say it.
  public var text: String {
    "\(name.isEmpty ? "no class" : name) \(images) (\(train) train, \(validation) val, \(test) test)"
  }
}
