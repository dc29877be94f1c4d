import Files
import Imaging

extension LayoutFinding {
  /// The images of the folder with their masks.
  ///
  /// - Parameter keepsPublishedSplit: takes the lists that come with a set; its test images stay those in any
  ///   case.
  func findCases(keepsPublishedSplit: Bool) throws(FileError) -> FoundCases {
    let outline = FolderOutline(path)
    switch layout {
    case .lists: throw FileError(path, "has lists of its own")
    case .busi: return try Self.busiCases(outline)
    case .tn3k: return try TN3KFolder(outline).find(keepsFold: keepsPublishedSplit)
    case .ddti: return try Self.cases(of: DatasetLayout.ddtiPair(in: outline), path)
    case .folder:
      let parts = ListFolders(outline)
      return parts.isEmpty
        ? try Self.cases(of: DatasetLayout.pair(in: outline), path)
        : try parts.find(keepsValidation: keepsPublishedSplit)
    }
  }

  private static func cases(
    of pair: DatasetLayout.Pair?, _ path: String
  ) throws(FileError) -> FoundCases {
    guard let pair else { throw FileError(path, "its images and masks are gone") }
    return try ImagePairing(images: pair.images, masks: pair.masks).find()
  }

  /// Three folders, each with the masks beside the images: one or several of an image.
  private static func busiCases(_ outline: FolderOutline) throws(FileError) -> FoundCases {
    var parts: [(folder: String, found: FoundCases)] = []
    for name in DatasetLayout.busiClasses {
      guard let folder = outline.folder(name) else { continue }
      parts.append((name, try ImagePairing(beside: folder).find().with(className: name)))
    }
    var found = FoundCases.united(parts)
    let normal = found.cases.count { $0.className == "normal" && $0.isLabeled }
    if normal > 0 {
      found.notes.append(
        "\(normal) images of class normal show no lesion: their black masks are kept as labels")
    }
    return found
  }
}
