import Files

/// Which fold each image of a data set belongs to, for cross-validation: a file of its own, which leaves the
/// data set as it is.
///
/// CSV with the columns `name`, `group`, `fold`: the images with masks in the order in which training lists
/// begin with them, then those without. An image without a fold is for training, whichever fold is tested.
public struct FoldTable: Equatable, Sendable {
  public struct Row: Equatable, Sendable {
    public var name: String
    /// Images of one group, such as those of a patient, are in one fold.
    public var group: String
    /// From 1; nil for an image of no fold.
    public var fold: Int?
  }

  public let rows: [Row]
  /// Number of folds.
  public let count: Int

  static let columns = ["name", "group", "fold"]
  /// Train, validation and test are different ones.
  public static let fewestFolds = 3

  init(_ rows: [Row], count: Int) {
    self.rows = rows
    self.count = count
  }

  // MARK: As a file

  public func csv() -> String {
    let lines = rows.map { row in
      [CSV.quoted(row.name), CSV.quoted(row.group), row.fold.map { "\($0)" } ?? ""]
        .joined(separator: ",")
    }
    return ([Self.columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  /// - Throws: `FileError` for a file that is no such table, or in which a group lies in two folds.
  public init(_ path: String) throws(FileError) {
    let lines = try FileSystem.readText(path).split(whereSeparator: \.isNewline).map(CSV.fields)
    let advice = "make it with 'switch-dist split'"
    guard lines.first == Self.columns else {
      throw FileError(
        path, "its first line is not \(Self.columns.joined(separator: ",")); \(advice)")
    }
    var rows: [Row] = []
    var folds: [String: Int] = [:]
    var names: Set<String> = []
    for (index, line) in lines.enumerated().dropFirst() {
      let fold = line.count == 3 ? Int(line[2]) : nil
      guard line.count == 3, !line[0].isEmpty, line[2].isEmpty || (fold ?? 0) >= 1 else {
        throw FileError(path, "line \(index + 1) is no name, group and fold; \(advice)")
      }
      guard names.insert(line[0]).inserted else {
        throw FileError(path, "line \(index + 1): \(line[0]) is there twice")
      }
      if let fold, let other = folds.updateValue(fold, forKey: line[1]), other != fold {
        throw FileError(
          path, "line \(index + 1): the group '\(line[1])' is in fold \(other) and in fold \(fold)")
      }
      rows.append(Row(name: line[0], group: line[1], fold: fold))
    }
    let count = rows.compactMap(\.fold).max() ?? 0
    let missing = (1...max(1, count)).first { fold in !rows.contains { $0.fold == fold } }
    guard count >= Self.fewestFolds, missing == nil else {
      throw FileError(
        path,
        missing.map { "fold \($0) has no images" }
          ?? "\(count) folds are too few: train, validation and test need one each")
    }
    self.init(rows, count: count)
  }
}
