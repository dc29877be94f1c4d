import Files
import Imaging

extension DatasetSource {
  /// Writes the cases at their size as a folder: converted again at this size it gives the same pixels, masks
  /// and lists. The bytes do not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - progress: Called with the number of images done and of all.
  ///   - notice: Called with what a user should hear of beforehand.
  public func export(
    to folder: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in }
  ) throws(FileError) {
    let fileNames = try exportedNames()
    let dataset = try dataset(threads: threads)
    let writer = try DatasetFolderWriter(folder)
    if let note = writer.note { notice(note) }
    try OrderedWork.run(0..<count, threads: threads) { position throws(FileError) -> ExportedCase in
      try ExportedCase(position, of: dataset)
    } use: { position, files throws(FileError) in
      try writer.add(fileNames[position], image: files.image, mask: files.mask)
      progress(position + 1, count)
    }
    try writer.finish(names: fileNames, splits: splits)
  }

  /// What the files are called: as in the data set, for it to be the same when it is converted again, so that
  /// a name in `.jpg` holds a PNG.
  private func exportedNames() throws(FileError) -> [String] {
    let fileNames = names.map { ImageFile.isImageName($0) ? $0 : $0 + ".png" }
    guard Set(fileNames).count == fileNames.count else {
      throw FileError(path, "/names holds a name twice; convert the data set again")
    }
    return fileNames
  }
}

/// The files of one case.
private struct ExportedCase: Sendable {
  let image: [UInt8]
  let mask: [UInt8]?

  init(_ position: Int, of dataset: Dataset) throws(FileError) {
    let name = dataset.names[position]
    image = try dataset.image(position).encoded(as: name)
    guard dataset.hasLabel[position] else {
      mask = nil
      return
    }
    mask = try dataset.mask(position).visibleMask.encoded(as: name)
  }
}
