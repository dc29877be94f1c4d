import Datasets
import Files
import Synchronization

/// Looks at all of a data set before it is trained on, and stops at nothing.
///
/// Images are looked at as training sees them, at its size. What is kept of each is about a kilobyte
/// (`CheckedCase`); similar images are found in about linear time.
public struct DatasetCheck: Sendable {
  public let source: DatasetSource
  public let options: CheckOptions
  private let collector: CheckCollector

  /// - Parameter source: opened without `requiresFiles`, so that missing files are findings.
  public init(_ source: DatasetSource, _ options: CheckOptions) {
    self.source = source
    self.options = options
    collector = CheckCollector(count: source.count)
  }

  /// Takes in a case that somebody else has read, once each, on any thread.
  @Sendable public func examine(_ position: Int, _ outcome: Result<LoadedCase, FileError>) {
    collector.examine(position, outcome)
  }

  /// Reads and takes in all cases.
  ///
  /// - Parameter progress: called on any thread with the number of images done and of all.
  public func examineAll(
    threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    let done = Atomic<Int>(0)
    source.forEachCase(in: 0..<source.count, threads: threads) { position, outcome in
      collector.examine(position, outcome)
      progress(done.wrappingAdd(1, ordering: .relaxed).newValue, source.count)
    }
  }

  /// What comes of all that was taken in.
  public func verdict() -> Verdict {
    let cases = CheckedCases(source, options, collector)
    let findings =
      cases.fileFindings + cases.maskFindings + cases.nameFindings + cases.imageFindings
      + cases.duplicateFindings
    return Verdict(
      path: source.path, name: source.name, imageSize: source.imageSize, images: source.count,
      lists: cases.summaries, sizes: cases.facts.compactMap { $0?.size }, findings: findings)
  }
}

extension CheckedCases {
  fileprivate var summaries: [Verdict.List] {
    var parts = lists
    if let labeledPart { parts.insert(("labeled", labeledPart), at: 1) }
    return parts.map { title, positions in
      let masks = masks(of: positions)
      return Verdict.List(
        title: title, images: positions.count, masks: masks.shares.count,
        emptyMasks: masks.empty.count, lesionShares: masks.quartiles ?? [])
    }
  }
}
