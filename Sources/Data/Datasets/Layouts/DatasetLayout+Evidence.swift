import Files
import Imaging

extension DatasetLayout {
  /// Names of folders for images and for masks, in small or capital letters, the usual ones first.
  static let imageFolders = ["images", "image", "imgs", "img"]
  static let maskFolders = [
    "labels", "masks", "label", "mask", "gt", "ground_truth", "groundtruth",
    "annotations",
    "annotation", "segmentations", "segmentation",
  ]
  static let busiClasses = ["benign", "malignant", "normal"]

  /// What says that a folder has this layout; nil where it has not.
  func evidence(in outline: FolderOutline) -> String? {
    switch self {
    case .lists: listsEvidence(outline)
    case .busi: busiEvidence(outline)
    case .tn3k: tn3kEvidence(outline)
    case .ddti:
      Self.ddtiPair(in: outline).map { "has \(Self.words($0, in: outline))" }
    case .folder: folderEvidence(outline)
    }
  }

  private func listsEvidence(_ outline: FolderOutline) -> String? {
    let lists = Dataset.Splits.titles.map { $0 + ".txt" }.filter(outline.files.contains)
    guard !lists.isEmpty, outline.folders.contains("images") else { return nil }
    return "has images/ and \(lists.joined(separator: ", "))"
  }

  private func busiEvidence(_ outline: FolderOutline) -> String? {
    let classes = Self.busiClasses.compactMap { outline.folder($0) }
    guard classes.contains(where: { ImagePairing(beside: $0).findsMasks }) else { return nil }
    let names = classes.map { FileSystem.lastComponent($0) + "/" }.joined(separator: ", ")
    return "has \(names) with masks beside the images"
  }

  private func tn3kEvidence(_ outline: FolderOutline) -> String? {
    let names = Self.tn3kParts.filter {
      outline.folder("\($0)-image") != nil && outline.folder("\($0)-mask") != nil
    }
    guard !names.isEmpty else { return nil }
    return "has " + names.map { "\($0)-image/ and \($0)-mask/" }.joined(separator: ", ")
  }

  private func folderEvidence(_ outline: FolderOutline) -> String? {
    if let words = ListFolders(outline).words(in: outline) { return "has \(words)" }
    guard let pair = Self.pair(in: outline) else { return nil }
    return pair.images == pair.masks
      ? "has masks beside the images"
        + (pair.images == outline.path ? "" : " in \(FileSystem.lastComponent(pair.images))/")
      : "has \(Self.words(pair, in: outline))"
  }

  // MARK: Pairs of folders

  typealias Pair = (images: String, masks: String)

  static let tn3kParts = ["trainval", "test"]

  /// The images as they are in the original rather than those cut out of them.
  static func ddtiPair(in outline: FolderOutline) -> Pair? {
    let whole = outline.outline(of: "1_or_data")
    let cut = outline.outline(of: "2_preprocessed_data")?.outline(of: "stage1")
    let places = [whole, cut, outline].compactMap { $0 }
    for place in places {
      if let images = place.folder("p_image"), let masks = place.folder("p_mask") {
        return (images, masks)
      }
      if let images = place.folder("image"), let masks = place.folder("mask") {
        return (images, masks)
      }
    }
    return nil
  }

  /// Images and masks in two folders, or in one.
  static func pair(in outline: FolderOutline) -> Pair? {
    let images = outline.folder(among: imageFolders)
    if let images, let masks = outline.folder(among: maskFolders) { return (images, masks) }
    for place in [outline.path, images].compactMap({ $0 })
    where ImagePairing(beside: place).findsMasks {
      return (place, place)
    }
    return nil
  }

  static func words(_ pair: Pair, in outline: FolderOutline) -> String {
    let start = outline.path.utf8.count + 1
    let names = (pair.images == pair.masks ? [pair.images] : [pair.images, pair.masks]).map {
      String(Substring($0.utf8.dropFirst(start))) + "/"
    }
    return names.joined(separator: " and ")
  }
}
