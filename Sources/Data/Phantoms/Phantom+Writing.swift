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
    if path.hasSuffix(".h5") {
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
    let refusal = FileError(
      path, "is not an empty folder, and nothing is overwritten; give a new path")
    guard FileSystem.isFolder(path) || !FileSystem.exists(path) else { throw refusal }
    try FileSystem.makeFolder(path)
    let lock = try LockFile(
      on: path, against: "another process", remedy: "give another --output")
    defer { lock.release() }
    if let note = lock.note { notice(note) }
    guard FileSystem.names(in: path) == [LockFile.name] else { throw refusal }
    let names = names
    try FileSystem.makeFolder(path + "/images")
    try FileSystem.makeFolder(path + "/labels")
    try OrderedWork.run(0..<count, threads: threads) { index throws(FileError) in
      try encodedCase(index)
    } use: { index, one throws(FileError) in
      try FileSystem.create("\(path)/images/\(names[index])", one.imageFile)
      try FileSystem.create("\(path)/labels/\(names[index])", one.maskFile)
      progress(index + 1, count)
    }
    for (title, positions) in splits.titled {
      let lines = positions.map { names[$0] + "\n" }.joined()
      try FileSystem.create("\(path)/\(title).txt", Array(lines.utf8))
    }
  }

  /// Writes a data set file, the same as `convert` makes of the folder at this size.
  public func writeFile(
    _ path: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in }
  ) throws(FileError) {
    let file = FileSystem.lastComponent(path)
    let name = file.hasSuffix(".h5") ? String(file.dropLast(3)) : file
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
