import Files

/// Turns a data set, usually a folder, into a data set file, in bounded memory.
public enum Conversion {
  /// What was converted.
  public struct Report: Codable, Equatable, Sendable {
    /// The file as it is now.
    public var file: DatasetDescription
    /// Smallest and largest width and height in pixels before resizing.
    public var widths: ClosedRange<Int>
    public var heights: ClosedRange<Int>
    /// Bytes of the pixels stored, images and masks.
    public var pixelBytes: Int
  }

  /// Decodes, resizes and writes image by image; a few for each of the threads are in memory at a time. The
  /// file's bytes do not depend on their number.
  ///
  /// The source digest of the file is that of the folder, and training from the file uses the same
  /// bits as training from the folder.
  ///
  /// - Parameters:
  ///   - progress: Called with the number of images done and of all.
  ///   - notice: Called with what a user should hear of beforehand.
  public static func run(
    _ source: DatasetSource, to path: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in }
  ) throws(FileError) -> Report {
    var writer = try DatasetFileWriter(
      path, name: source.name, imageSize: source.imageSize, names: source.names,
      splits: source.splits, classes: source.classes)
    if let note = writer.note { notice(note) }
    var facts: [CaseFacts] = []
    try OrderedWork.run(0..<source.count, threads: threads) { position throws(FileError) in
      DigestedCase(try source.load(position))
    } use: { position, one throws(FileError) in
      try writer.append(one)
      facts.append(one.loaded.facts)
      progress(position + 1, source.count)
    }
    let file = try writer.finish(
      sourceDigest: try source.sourceDigest(facts.map(\.sourceDigest)),
      notes: source.allNotes(caseNotes: facts.map(\.notes)))
    return Report(
      file: file,
      widths: extremes(facts.map(\.originalSize.width)),
      heights: extremes(facts.map(\.originalSize.height)),
      pixelBytes: 2 * source.count * source.imageSize * source.imageSize)
  }

  private static func extremes(_ values: [Int]) -> ClosedRange<Int> {
    (values.min() ?? 0)...(values.max() ?? 0)
  }
}
