import Files
import Imaging

/// Which masks of a folder belong to which image: those of its stem, and those named after it such as
/// `NAME_mask.png` and `NAME_mask_1.png`, which are united.
struct MaskFolder {
  let folder: ImageFolder
  /// Of masks named after an image of this stem.
  private let companions: [String: [String]]

  /// - Parameter images: whose own masks are nobody else's.
  init(_ folder: ImageFolder, of images: ImageFolder) {
    self.folder = folder
    let liesBeside = folder.path == images.path
    var companions: [String: [String]] = [:]
    for name in folder.names {
      let own = ImageFile.stem(name)
      guard let stem = MaskCompanion.imageStem(of: own),
        liesBeside || images.images(ofStem: own).isEmpty
      else { continue }
      companions[stem, default: []].append(name)
    }
    self.companions = companions
  }

  /// Paths of the masks of an image, in the order of their names' bytes; empty where there is none.
  ///
  /// - Throws: `FileError` where it is not clear which one is meant.
  func masks(of image: String) throws(FileError) -> [String] {
    if folder.holds(image) { return [folder.path(of: image)] }
    let stem = ImageFile.stem(image)
    let own = folder.images(ofStem: stem)
    let named = companions(of: stem)
    if let first = own.first, let second = (own.dropFirst() + named).first {
      throw FileError(
        folder.path,
        "\(first) and \(second) may both be the mask of \(image); leave the one that is meant")
    }
    return (own + named).map(folder.path(of:))
  }

  /// Masks named after an image, which may lie beside it.
  func companions(of stem: String) -> [String] { companions[stem] ?? [] }
}
