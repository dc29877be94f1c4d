import Dispatch
import Files
import Imaging
import Synchronization

extension DatasetSource {
  /// Reads the cases at these positions of `names` on several threads; the result does not depend on them,
  /// nor does the error, which is that of the first bad case.
  ///
  /// Whether they are what was written into an .h5 shows when all are put together: `sourceDigest`.
  public func load(cases range: Range<Int>, threads: Int = 1) throws(FileError) -> [LoadedCase] {
    switch storage {
    case .file(let header):
      return try DatasetFileReader(path: path, header: header).load(range, threads: threads)
    case .folder(let files):
      return try decode(files, range, threads: threads)
    }
  }

  private func decode(
    _ files: [CaseFiles], _ range: Range<Int>, threads: Int
  ) throws(FileError) -> [LoadedCase] {
    let start = range.lowerBound
    let next = Atomic<Int>(start)
    let results = Mutex([Result<LoadedCase, FileError>?](repeating: nil, count: range.count))
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, range.count))) { _ in
      while true {
        let position = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard position < range.upperBound else { return }
        let result = Result { () throws(FileError) in
          try CaseDecoder(files: files[position], imageSize: imageSize, rules: rules).decode()
        }
        // Positions are taken in order, so all before a failure still get their result.
        if case .failure = result { next.store(range.upperBound, ordering: .relaxed) }
        results.withLock { $0[position - start] = result }
      }
    }
    var cases: [LoadedCase] = []
    cases.reserveCapacity(range.count)
    for case .some(let result) in results.withLock({ $0 }) {
      cases.append(try result.get())
    }
    return cases
  }

  /// The image at a position of `names` and its mask of 0 and 1 in their own size.
  ///
  /// - Throws: `FileError` where there are no files of original size, as in an .h5.
  public func original(
    _ position: Int
  ) throws(FileError) -> (image: GrayImage, mask: GrayImage?) {
    guard case .folder(let files) = storage else {
      throw FileError(
        path,
        "holds only images of \(imageSize)×\(imageSize) pixels, not the original ones")
    }
    return try CaseDecoder(files: files[position], imageSize: imageSize, rules: rules)
      .decodeOriginal()
  }

  /// Whether there are files of original size.
  public var hasOriginals: Bool {
    if case .folder = storage { true } else { false }
  }

  /// Reads everything.
  public func loadAll(threads: Int = 1) throws(FileError) -> Dataset {
    try assemble(try load(cases: 0..<count, threads: threads))
  }

  /// Puts all cases, in the order of `names`, together to a data set.
  public func assemble(_ cases: [LoadedCase]) throws(FileError) -> Dataset {
    guard cases.count == count else {
      throw FileError(path, "\(cases.count) of \(count) images were loaded")
    }
    var images: [UInt8] = []
    var labels: [UInt8] = []
    images.reserveCapacity(count * imageSize * imageSize)
    labels.reserveCapacity(count * imageSize * imageSize)
    for one in cases {
      images += one.image
      labels += one.label
    }
    return Dataset(
      name: name, imageSize: imageSize, names: names, images: images, labels: labels,
      hasLabel: cases.map(\.hasLabel), originalSizes: cases.map(\.originalSize), splits: splits,
      sourceDigest: try sourceDigest(cases.map(\.sourceDigest)),
      notes: allNotes(caseNotes: cases.map(\.notes)))
  }

  /// The digest of the source files: computed for a folder, stored in a file, whose pixels are compared
  /// with its seal before it is believed.
  ///
  /// - Parameter caseDigests: of all cases.
  func sourceDigest(_ caseDigests: [String]) throws(FileError) -> String {
    switch storage {
    case .folder:
      return DatasetDigest.ofDataset(names: names, splits: splits, caseDigests: caseDigests)
    case .file(let header):
      try DatasetFileReader(path: path, header: header).verify(caseDigests)
      return header.sourceDigest
    }
  }

  /// Notes of opening and of the cases, each different one once with its count and first file.
  func allNotes(caseNotes: [[String]]) -> [String] {
    notes + CaseNotes.counted(caseNotes, names: names)
  }
}
