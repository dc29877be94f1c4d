import Files

/// Folders for train, val and test, each with its images and masks: `train/images` and `train/masks`, or
/// `images/train` and `masks/train`.
struct ListFolders {
  private static let names: [(title: String, home: FoundCase.Home, folders: [String])] = [
    ("train", .train, ["train", "training"]),
    ("val", .validation, ["val", "valid", "validation"]),
    ("test", .test, ["test", "testing"]),
  ]

  private struct Part {
    var title: String
    var home: FoundCase.Home
    var pair: DatasetLayout.Pair
  }

  private let parts: [Part]

  var isEmpty: Bool { parts.isEmpty }

  init(_ outline: FolderOutline) {
    let images = outline.folder(among: DatasetLayout.imageFolders).map(FolderOutline.init)
    let masks = outline.folder(among: DatasetLayout.maskFolders).map(FolderOutline.init)
    parts = Self.names.compactMap { title, home, folders -> Part? in
      if let images = images?.folder(among: folders), let masks = masks?.folder(among: folders) {
        return Part(title: title, home: home, pair: (images, masks))
      }
      let own = outline.folder(among: folders).map(FolderOutline.init)
      return own.flatMap(DatasetLayout.pair(in:)).map { Part(title: title, home: home, pair: $0) }
    }
  }

  /// What was seen, in words; nil where there are none.
  func words(in outline: FolderOutline) -> String? {
    guard !isEmpty else { return nil }
    return parts.map { DatasetLayout.words($0.pair, in: outline) }.joined(separator: ", ")
  }

  /// - Parameter keepsValidation: as it lies there; else train and val are divided anew. Test images are those
  ///   that lie there in any case.
  func find(keepsValidation: Bool) throws(FileError) -> FoundCases {
    let isDivided = keepsValidation && parts.contains { $0.home == .validation }
    var found: [(folder: String, found: FoundCases)] = []
    for part in parts {
      let home = part.home == .test || isDivided ? part.home : .trainOrValidation
      let cases = try ImagePairing(images: part.pair.images, masks: part.pair.masks).find()
      found.append((part.title, cases.with(home: parts.count == 1 ? .anywhere : home)))
    }
    return FoundCases.united(found)
  }
}
