import Files
import Imaging

extension DatasetSource {
  /// Reads the cases at these positions of `names` on several threads; the result does not depend on them,
  /// nor does the error, which is that of the first bad case.
  ///
  /// Whether they are what was written into an .h5 shows when all are put together: `sourceDigest`.
  public func load(cases range: Range<Int>, threads: Int = 1) throws(FileError) -> [LoadedCase] {
    switch storage {
    case .file(let header):
      return try DatasetFileReader(path: path, header: header).load(range)
    case .folder(let files):
      return try decode(files, range, threads: threads)
    }
  }

  /// One case.
  func load(_ position: Int) throws(FileError) -> LoadedCase {
    guard case .folder(let files) = storage else {
      return try load(cases: position..<(position + 1))[0]
    }
    return try CaseDecoder(files: files[position], imageSize: imageSize, rules: rules).decode()
  }

  private func decode(
    _ files: [CaseFiles], _ range: Range<Int>, threads: Int
  ) throws(FileError) -> [LoadedCase] {
    let (imageSize, rules) = (imageSize, rules)
    var cases: [LoadedCase] = []
    cases.reserveCapacity(range.count)
    try OrderedWork.run(range, threads: threads) { position throws(FileError) in
      try CaseDecoder(files: files[position], imageSize: imageSize, rules: rules).decode()
    } use: { _, one in
      cases.append(one)
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

  /// Reads everything into memory.
  public func loadAll(threads: Int = 1) throws(FileError) -> Dataset {
    var all = CaseTable(count: count, side: imageSize)
    try all.fill(0..<count) { range throws(FileError) in
      try load(cases: range, threads: threads)
    }
    return try assemble(all)
  }

  /// Makes a data set of all cases, in the order of `names`.
  public func assemble(_ cases: CaseTable) throws(FileError) -> Dataset {
    divided(
      Dataset(
        name: name, imageSize: imageSize, names: names, pixels: .memory(cases.pixels),
        hasLabel: cases.facts.map(\.hasLabel), originalSizes: cases.facts.map(\.originalSize),
        splits: splits, sourceDigest: try sourceDigest(cases.facts.map(\.sourceDigest)),
        notes: allNotes(caseNotes: cases.facts.map(\.notes))))
  }

  /// The digest of the source files: computed for a folder, stored in a file, whose pixels are compared
  /// with its seal before it is believed.
  ///
  /// - Parameter caseDigests: of all cases.
  func sourceDigest(_ caseDigests: [String]) throws(FileError) -> String {
    switch storage {
    case .folder:
      return DatasetDigest.ofDataset(
        names: names, splits: ownSplits ?? splits, caseDigests: caseDigests)
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
