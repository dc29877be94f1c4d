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
  ///   - examine: Called once with each case, or why it cannot be used, on several threads and in any
  ///     order. A bad case does not keep the others from being read, but the file from being made.
  ///   - approve: Called after all that, before the file is put in place, which its error prevents.
  public static func run(
    _ source: DatasetSource, to path: String, threads: Int = 1,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    notice: (String) -> Void = { _ in },
    examine: @escaping @Sendable (Int, Result<LoadedCase, FileError>) -> Void = { _, _ in },
    approve: () throws(FileError) -> Void = {}
  ) throws(FileError) -> Report {
    var writer = try DatasetFileWriter(
      path, name: source.name, imageSize: source.imageSize, names: source.names,
      splits: source.splits, classes: source.classes)
    if let note = writer.note { notice(note) }
    var facts: [CaseFacts] = []
    var failure: FileError?
    try OrderedWork.run(0..<source.count, threads: threads) { position in
      let outcome = Result { () throws(FileError) in try source.load(position) }
      examine(position, outcome)
      return outcome.map(DigestedCase.init)
    } use: { position, outcome throws(FileError) in
      switch outcome {
      case .success(let one) where failure == nil:
        try writer.append(one)
        facts.append(one.loaded.facts)
      case .success: break
      case .failure(let error): failure = failure ?? error
      }
      progress(position + 1, source.count)
    }
    try approve()
    if let failure { throw failure }
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
