import Datasets
import Files

extension Phantom {
  /// Writes the set to a path: an .h5 file where the path ends so, else a folder.
  ///
  /// - Parameters:
  ///   - progress: Called with the number of images done and of all.
  ///   - notice: Called with what a user should hear of beforehand.
  public func write(
    to path: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in }
  ) throws(FileError) {
    if DatasetFile.suffix(of: path) != nil {
      try writeFile(path, threads: threads, progress: progress, notice: notice)
    } else {
      try writeFolder(path, threads: threads, progress: progress, notice: notice)
    }
  }

  /// Writes the published layout: `images/`, `labels/` (0 and 255) and, last, the three lists.
  ///
  /// - Throws: `FileError` when the folder holds something already or cannot be written.
  public func writeFolder(
    _ path: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in }
  ) throws(FileError) {
    let writer = try DatasetFolderWriter(path)
    if let note = writer.note { notice(note) }
    let names = names
    try OrderedWork.run(0..<count, threads: threads) { index throws(FileError) in
      try encodedCase(index)
    } use: { index, one throws(FileError) in
      try writer.add(names[index], image: one.imageFile, mask: one.maskFile)
      progress(index + 1, count)
    }
    try writer.finish(names: names, splits: splits)
  }

  /// Writes a data set file, the same as `convert` makes of the folder at this size.
  public func writeFile(
    _ path: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in }
  ) throws(FileError) {
    let file = FileSystem.lastComponent(path)
    let name = String(file.dropLast(DatasetFile.suffix(of: file)?.count ?? 0))
    var writer = try DatasetFileWriter(
      path, name: name, imageSize: size, names: names, splits: splits)
    if let note = writer.note { notice(note) }
    var digests: [String] = []
    try OrderedWork.run(0..<count, threads: threads) { index throws(FileError) in
      try encodedCase(index).loaded
    } use: { index, one throws(FileError) in
      try writer.append(one)
      digests.append(one.sourceDigest)
      progress(index + 1, count)
    }
    try writer.finish(sourceDigest: digest(digests), notes: [])
  }
}
