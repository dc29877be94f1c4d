import Files
import Imaging

/// TN3K as distributed: images and masks of training and validation in two folders, those of the test in two
/// others, under the same numbers, and JSON files that divide the former into five folds.
struct TN3KFolder {
  private static let fold = "tn3k-trainval-fold0.json"
  private let outline: FolderOutline

  init(_ outline: FolderOutline) { self.outline = outline }

  /// - Parameter keepsFold: divides training and validation as the first fold does, where it is there.
  func find(keepsFold: Bool) throws(FileError) -> FoundCases {
    var training = try part("trainval").with(home: .trainOrValidation)
    if keepsFold, outline.files.contains(Self.fold) { try divide(&training) }
    var found = training.named(after: "trainval")
    found.append(try part("test").with(home: .test).named(after: "test"))
    return found
  }

  private func part(_ name: String) throws(FileError) -> FoundCases {
    guard let images = outline.folder("\(name)-image"), let masks = outline.folder("\(name)-mask")
    else { return FoundCases() }
    return try ImagePairing(images: images, masks: masks).find()
  }

  // MARK: The fold

  /// The numbers of images.
  private struct Fold: Decodable {
    var train: [Int]
    var val: [Int]
  }

  private func divide(_ found: inout FoundCases) throws(FileError) {
    let path = "\(outline.path)/\(Self.fold)"
    guard let fold = try? JSON.value(Fold.self, of: try FileSystem.readText(path)) else {
      throw FileError(
        path, "is not a fold of TN3K: it needs \"train\" and \"val\" with numbers of images")
    }
    var homes: [Int: FoundCase.Home] = [:]
    for number in fold.train { homes[number] = .train }
    for number in fold.val where homes.updateValue(.validation, forKey: number) != nil {
      throw FileError(path, "has image \(number) twice")
    }
    let count = found.cases.count
    found.cases = found.cases.compactMap { one in
      guard let home = Int(ImageFile.stem(one.name)).flatMap({ homes[$0] }) else {
        return nil
      }
      var one = one
      one.home = home
      return one
    }
    guard found.cases.count == homes.count else {
      throw FileError(
        path, "names \(homes.count) images, of which \(found.cases.count) are in trainval-image/")
    }
    found.notes.append("train and val are those of \(Self.fold)")
    if found.cases.count < count {
      found.notes.append(
        "\(count - found.cases.count) images that \(Self.fold) does not name were left out")
    }
  }
}
