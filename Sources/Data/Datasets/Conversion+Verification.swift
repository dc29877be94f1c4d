import Files

extension Conversion {
  /// Decodes the sources again and compares them with what the file gives.
  ///
  /// - Parameter progress: Called with the number of images done and of all.
  /// - Returns: the number of images that were compared, with their masks.
  /// - Throws: `FileError` that names the first difference.
  public static func verify(
    _ path: String, against source: DatasetSource, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(FileError) -> Int {
    let file = try DatasetSource.openFile(path, imageSize: source.imageSize)
    guard file.names == source.names, file.splits == source.splits else {
      throw FileError(path, "has other names or lists than \(source.path)")
    }
    try OrderedWork.run(0..<source.count, threads: threads) { position throws(FileError) in
      let wanted = try source.load(position)
      let found = try file.load(position)
      guard wanted.content == found.content, wanted.hasLabel == found.hasLabel,
        wanted.originalSize == found.originalSize
      else {
        throw FileError(
          path, "does not hold what \(source.path) gives for \(source.names[position])")
      }
    } use: { position, _ throws(FileError) in
      progress(position + 1, source.count)
    }
    return source.count
  }
}
