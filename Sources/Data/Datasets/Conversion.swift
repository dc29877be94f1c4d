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

  /// Decodes, resizes and writes image by image; `threads` images are in memory at a time.
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
    var digests: [String] = []
    var notes: [[String]] = []
    var sizes: [Dataset.PixelSize] = []
    for start in stride(from: 0, to: source.count, by: max(1, threads)) {
      let range = start..<min(start + max(1, threads), source.count)
      for one in try source.load(cases: range, threads: threads) {
        try writer.append(one)
        digests.append(one.sourceDigest)
        notes.append(one.notes)
        sizes.append(one.originalSize)
      }
      progress(range.upperBound, source.count)
    }
    try writer.finish(
      sourceDigest: try source.sourceDigest(digests), notes: source.allNotes(caseNotes: notes))
    return Report(
      file: try DatasetFile.describe(path), widths: extremes(sizes.map(\.width)),
      heights: extremes(sizes.map(\.height)),
      pixelBytes: 2 * source.count * source.imageSize * source.imageSize)
  }

  private static func extremes(_ values: [Int]) -> ClosedRange<Int> {
    (values.min() ?? 0)...(values.max() ?? 0)
  }
}
