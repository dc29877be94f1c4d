import Files
import Imaging

/// The images of a folder and their masks, in another folder or beside them.
struct ImagePairing {
  private let images: ImageFolder
  private let masks: ImageFolder
  private let matching: MaskFolder
  private let isBeside: Bool

  init(images: String, masks: String) {
    self.images = ImageFolder(images)
    isBeside = FileSystem.identity(images) == FileSystem.identity(masks)
    self.masks = isBeside ? self.images : ImageFolder(masks)
    matching = MaskFolder(self.masks, of: self.images)
  }

  /// Images and masks in one folder, the masks named after the images.
  init(beside path: String) { self.init(images: path, masks: path) }

  /// Whether there is a mask named after an image.
  var findsMasks: Bool {
    images.names.contains { !matching.companions(of: ImageFile.stem($0)).isEmpty }
  }

  /// - Throws: `FileError` where a name is not UTF-8, two images have one stem, or it is not clear which of
  ///   several masks is meant.
  func find() throws(FileError) -> FoundCases {
    try images.requireReadableNames()
    try masks.requireReadableNames()
    var found = FoundCases()
    for name in images.names where !isMask(name) {
      try requireOneOfStem(name)
      found.cases.append(
        FoundCase(
          name: name,
          files: CaseFiles(image: images.path(of: name), masks: try masks(of: name))))
    }
    found.notes = notes(usedMasks: found.cases.reduce(0) { $0 + $1.files.masks.count })
    return found
  }

  /// Lies beside the image that it is a mask of.
  private func isMask(_ name: String) -> Bool {
    guard isBeside, let image = MaskCompanion.imageStem(of: ImageFile.stem(name)) else {
      return false
    }
    return !images.images(ofStem: image).isEmpty
  }

  private func masks(of name: String) throws(FileError) -> [String] {
    isBeside
      ? matching.companions(of: ImageFile.stem(name)).map(masks.path(of:))
      : try matching.masks(of: name)
  }

  private func requireOneOfStem(_ name: String) throws(FileError) {
    let names = images.images(ofStem: ImageFile.stem(name))
    guard names.count > 1 else { return }
    throw FileError(
      images.path,
      "\(names[0]) and \(names[1]) are two images with one name for their masks; rename one")
  }

  private func notes(usedMasks: Int) -> [String] {
    var notes: [String] = []
    let unused = isBeside ? 0 : masks.names.count - usedMasks
    if unused > 0 {
      notes.append("\(unused) of the \(masks.names.count) masks in \(masks.path) have no image")
    }
    if let first = images.foreignImages.first {
      notes.append(
        "\(images.foreignImages.count) files in \(images.path) are neither PNG nor JPEG and were"
          + " left out (first: \(first))")
    }
    return notes
  }
}
