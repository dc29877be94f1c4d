import Files
import Imaging

/// The image files in a folder, by their names and by their stems, the names without `.png` or `.jpg`.
///
/// Hidden files, folders, pipes and files of other kinds are not among them.
struct ImageFolder: Sendable {
  let path: String
  /// In the order of their bytes.
  let names: [String]
  /// Names that are not UTF-8.
  let unreadableNames: [FileName]
  /// Images, by their names, of kinds that are not read.
  let foreignImages: [String]
  private let files: Set<FileName>
  /// Keys are equal where they are the same letters, in whatever Unicode form.
  private let byStem: [String: [String]]

  /// An empty one where there is no such folder.
  init(_ path: String) {
    self.path = path
    let entries = (FileSystem.entries(in: path) ?? []).filter {
      $0.kind == .file && !$0.name.isHidden && $0.name.isPlain
    }
    let texts = entries.compactMap(\.name.text)
    unreadableNames = entries.map(\.name).filter { $0.text == nil }
    names = texts.filter(ImageFile.isImageName)
    foreignImages = texts.filter(ImageFile.isForeignImageName)
    files = Set(entries.map(\.name))
    byStem = Dictionary(grouping: names, by: ImageFile.stem)
  }

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// A file by its exact name, of whatever kind.
  func holds(_ name: String) -> Bool { files.contains(FileName(name)) }

  /// The images of a stem, those of exactly its bytes where there are any, else those whose letters have
  /// another Unicode form.
  func images(ofStem stem: String) -> [String] {
    let names = byStem[stem] ?? []
    let exact = names.filter { $0.utf8.starts(with: stem.utf8) }
    return exact.isEmpty ? names : exact
  }

  /// The one file that a list means by a name: that of exactly this name, or else the only one that has it as
  /// its stem, or its stem.
  ///
  /// - Returns: nil where there is none, several where it could be each of them.
  func meant(by listed: String) -> [String] {
    if holds(listed) { return [listed] }
    let whole = images(ofStem: listed)
    return whole.isEmpty ? images(ofStem: ImageFile.stem(listed)) : whole
  }

  /// Refuses names that cannot be written into a data set.
  func requireReadableNames() throws(FileError) {
    guard let first = unreadableNames.first else { return }
    let more = unreadableNames.count > 1 ? " (and \(unreadableNames.count - 1) more)" : ""
    throw FileError(
      path, "the name '\(first.shown)' is not UTF-8\(more), perhaps Latin-1; " + FileName.renaming)
  }
}

extension ImageFolder {
  /// Why there is no file of a listed name, if that is to be seen; begins with a semicolon.
  func explanation(ofMissing listed: String) -> String {
    let name = FileName(listed)
    let entries = FileSystem.entries(in: path) ?? []
    if let entry = entries.first(where: { $0.name == name }) {
      return entry.kind == .folder
        ? "; what is there is a folder" : "; what is there is no file, but a pipe or broken link"
    }
    let folder = FileSystem.lastComponent(path)
    let latin = listed.unicodeScalars.map { UInt8(exactly: $0.value) }
    if latin.allSatisfy({ $0 != nil }), files.contains(FileName(bytes: latin.compactMap { $0 })) {
      let shown = FileName(bytes: latin.compactMap { $0 }).shown
      return "; there is '\(shown)', the same name in Latin-1: \(FileName.renaming)"
    }
    let stem = ImageFile.stem(listed).lowercased()
    if let other = names.first(where: { ImageFile.stem($0).lowercased() == stem }) {
      return "; there is \(folder)/\(other): capital letters count, correct the list"
    }
    if let other = foreignImages.first(where: { $0.hasPrefix(ImageFile.stem(listed) + ".") }) {
      return "; there is \(folder)/\(other), but PNG and JPEG only are read: convert it"
    }
    if listed.contains("\\") || listed.contains(",") || listed.contains(" ") {
      return "; a line of a list is one file name, without folder or other columns"
    }
    return ""
  }
}
