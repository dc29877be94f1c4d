import Files
import Imaging

/// The images that the lists of a folder name, numbered in the order of their first appearance, with their
/// masks.
struct ListedCases {
  let images: ImageFolder
  let masks: MaskFolder
  /// Whether files that are missing are an error, or one of whoever reads them.
  let requiresFiles: Bool
  private(set) var names: [String] = []
  private(set) var files: [CaseFiles] = []
  private(set) var splits = Dataset.Splits(train: [], validation: [], test: [])
  /// Hidden files that were left out of the lists.
  private var hidden: [FileName] = []
  /// Files whose name has the letters of a listed one in another Unicode form.
  private var otherForms: [String] = []
  private var positions: [FileName: Int] = [:]

  init(images: ImageFolder, masks: MaskFolder, requiresFiles: Bool) {
    self.requiresFiles = requiresFiles
    self.images = images
    self.masks = masks
  }

  /// Takes the images of a list in.
  ///
  /// - Throws: `FileError` where a name stands for no file or for several, where two stand for the same, and
  ///   where an image of val or test has no mask.
  mutating func add(_ list: SplitList, to title: String) throws(FileError) {
    let found = try resolve(list)
    var lines: [FileName: Int] = [:]
    var numbers: [Int] = []
    for (entry, name) in zip(list.entries, found) {
      let key = FileName(name)
      if let first = lines.updateValue(entry.line, forKey: key) {
        throw FileError(
          list.path, "line \(entry.line) repeats '\(name)' of line \(first); remove one")
      }
      numbers.append(try number(key, name))
    }
    if title != "train" && requiresFiles { try requireMasks(numbers, list.path) }
    splits[title] = numbers
    hidden += list.hidden
  }

  /// What a user should know of the names, a sentence each.
  var notes: [String] {
    var notes: [String] = []
    if let first = hidden.first {
      notes.append(
        "\(hidden.count) names of hidden files were left out of the lists (first: \(first.shown))")
    }
    if let first = otherForms.first {
      notes.append(
        "\(otherForms.count) files have the letters of a listed name in another Unicode form, as a"
          + " copy from a Mac may, and were taken for it (first: \(first))")
    }
    return notes
  }

  private mutating func number(_ key: FileName, _ name: String) throws(FileError) -> Int {
    if let known = positions[key] { return known }
    positions[key] = names.count
    names.append(name)
    files.append(
      CaseFiles(image: images.path(of: name), masks: try masks.masks(of: name)))
    return names.count - 1
  }

  /// The file that each line means.
  private mutating func resolve(_ list: SplitList) throws(FileError) -> [String] {
    var names: [String] = []
    var missing: [String] = []
    for entry in list.entries {
      let listed = entry.name.text ?? ""
      let meant = images.meant(by: listed)
      if meant.count > 1 {
        throw FileError(
          list.path,
          "line \(entry.line): '\(listed)' may be images/\(meant[0]) or images/\(meant[1]); write"
            + " the one that is meant with its ending")
      }
      guard let name = meant.first else {
        missing.append(listed)
        names.append(ImageFile.isImageName(listed) ? listed : listed + ".png")
        continue
      }
      if !name.utf8.starts(with: ImageFile.stem(listed).utf8) { otherForms.append(name) }
      names.append(name)
    }
    guard let first = missing.first, requiresFiles else { return names }
    throw Self.missing(
      "images/\(first)", missing.count, list.path, images.explanation(ofMissing: first))
  }

  /// Images of validation and test are compared with their masks.
  private func requireMasks(_ positions: [Int], _ list: String) throws(FileError) {
    let unlabeled = positions.filter { files[$0].masks.isEmpty }
    guard let first = unlabeled.first else { return }
    throw Self.missing(
      "labels/\(names[first])", unlabeled.count, list,
      masks.folder.explanation(ofMissing: names[first]))
  }

  /// Refuses two images that would share a mask, as `a.png` and `a.jpg` with `a.png` in `labels/` would.
  func requireOwnMasks() throws(FileError) {
    var owners: [FileName: String] = [:]
    for (name, files) in zip(names, files) {
      for mask in files.masks {
        guard let other = owners.updateValue(name, forKey: FileName(mask)) else { continue }
        throw FileError(
          mask, "would be the mask of both images/\(other) and images/\(name); rename one")
      }
    }
  }

  private static func missing(
    _ file: String, _ count: Int, _ list: String, _ explanation: String
  ) -> FileError {
    let more = count > 1 ? " (and \(count - 1) more)" : ""
    return FileError(list, "\(file) is listed but does not exist\(more)\(explanation)")
  }
}
