import Files
import Synchronization

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
  ///   - examine: Called once with each case, or why it cannot be used, on several threads and in any
  ///     order. A bad case does not keep the others from being read, but the file from being made.
  ///   - approve: Called after all that, before the file is put in place, which its error prevents.
  public static func run(
    _ source: DatasetSource, to path: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in },
    examine: @Sendable (Int, Result<LoadedCase, FileError>) -> Void = { _, _ in },
    approve: () throws(FileError) -> Void = {}
  ) throws(FileError) -> Report {
    var writer = try DatasetFileWriter(
      path, name: source.name, imageSize: source.imageSize, names: source.names,
      splits: source.splits)
    if let note = writer.note { notice(note) }
    var digests: [String] = []
    var notes: [[String]] = []
    var sizes: [Dataset.PixelSize] = []
    var failure: FileError?
    for start in stride(from: 0, to: source.count, by: max(1, threads)) {
      let range = start..<min(start + max(1, threads), source.count)
      for outcome in outcomes(of: range, in: source, threads: threads, examine) {
        guard failure == nil, case .success(let one) = outcome else {
          if failure == nil, case .failure(let error) = outcome { failure = error }
          continue
        }
        try writer.append(one)
        digests.append(one.sourceDigest)
        notes.append(one.notes)
        sizes.append(one.originalSize)
      }
      progress(range.upperBound, source.count)
    }
    try approve()
    if let failure { throw failure }
    try writer.finish(
      sourceDigest: try source.sourceDigest(digests), notes: source.allNotes(caseNotes: notes))
    return Report(
      file: try DatasetFile.describe(path), widths: extremes(sizes.map(\.width)),
      heights: extremes(sizes.map(\.height)),
      pixelBytes: 2 * source.count * source.imageSize * source.imageSize)
  }

  /// What became of the cases, in their order.
  private static func outcomes(
    of range: Range<Int>, in source: DatasetSource, threads: Int,
    _ examine: @Sendable (Int, Result<LoadedCase, FileError>) -> Void
  ) -> [Result<LoadedCase, FileError>] {
    let outcomes = Mutex([Result<LoadedCase, FileError>?](repeating: nil, count: range.count))
    source.forEachCase(in: range, threads: threads) { position, outcome in
      examine(position, outcome)
      outcomes.withLock { $0[position - range.lowerBound] = outcome }
    }
    return outcomes.withLock { $0 }.compactMap { $0 }
  }

  private static func extremes(_ values: [Int]) -> ClosedRange<Int> {
    (values.min() ?? 0)...(values.max() ?? 0)
  }
}
