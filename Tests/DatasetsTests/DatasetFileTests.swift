import Datasets
import Digests
import Files
import HDF5
import Synchronization
import TestSupport
import Testing

@Suite struct DatasetFileTests {
  let sample: SampleFolder
  init() throws { sample = try SampleFolder() }

  var target: String { sample.folder.file("set.h5") }

  func convert(threads: Int = 1) throws -> Conversion.Report {
    try Conversion.run(
      try DatasetSource.open(sample.path, imageSize: 32), to: target, threads: threads)
  }

  /// The one line that a bad file gives.
  func complaint() throws -> String {
    let error = #expect(throws: FileError.self) {
      try DatasetSource.open(target, imageSize: 32).loadAll()
    }
    let line = try #require(error).description
    #expect(!line.contains("\n"))
    #expect(line.hasPrefix(target))
    return line
  }

  @Test func fileGivesTheSameBitsAsItsFolder() throws {
    try sample.remove("labels/train_4.png")
    try sample.writeCase("train_1.png", width: 44, height: 44, foreground: 1)
    let folder = try DatasetSource.open(sample.path, imageSize: 32).loadAll()
    _ = try convert()
    let file = try DatasetSource.open(target, imageSize: 32).loadAll(threads: 2)
    #expect(file.images == folder.images)
    #expect(file.labels == folder.labels)
    #expect(file.name == folder.name)
    #expect(file.names == folder.names)
    #expect(file.hasLabel == folder.hasLabel)
    #expect(file.originalSizes == folder.originalSizes)
    #expect(file.splits == folder.splits)
    #expect(file.sourceDigest == folder.sourceDigest)
    #expect(file.notes == folder.notes)
    #expect(!file.notes.isEmpty)
  }

  @Test func shareOfAFileIsThatShare() throws {
    _ = try convert()
    let source = try DatasetSource.open(target)
    #expect(source.imageSize == 32)
    let whole = try source.load(cases: 0..<source.count)
    #expect(try source.load(cases: 3..<7) == Array(whole[3..<7]))
    #expect(try source.load(cases: 5..<5) == [])
  }

  @Test func reportCountsWhatWasConverted() throws {
    let calls = Mutex<[Int]>([])
    let source = try DatasetSource.open(sample.path, imageSize: 32)
    let report = try Conversion.run(source, to: target, threads: 2) { done, total in
      #expect(total == 11)
      calls.withLock { $0.append(done) }
    }
    #expect(calls.withLock { $0 } == Array(1...11))
    #expect(report.widths == 40...70)
    #expect(report.heights == 40...50)
    #expect(report.pixelBytes == 11 * 32 * 32 * 2)
    #expect(report.file == (try DatasetFile.describe(target)))
    #expect(report.file.name == "set")
    #expect(report.file.images == 11 && report.file.masks == 11 && report.file.imageSize == 32)
    #expect([report.file.train, report.file.validation, report.file.test] == [6, 2, 3])
    #expect(report.file.complete)
    #expect(report.file.fileSize == (try sample.folder.read("set.h5")).count)
    #expect(try sample.folder.partialFiles().isEmpty)
    #expect(try DatasetFile.recognizes(target))
    #expect(try !DatasetFile.recognizes(sample.path + "/train.txt"))
  }

  @Test func threadsDoNotChangeTheFile() throws {
    _ = try convert(threads: 1)
    let single = try sample.folder.read("set.h5")
    _ = try convert(threads: 4)
    #expect(try sample.folder.read("set.h5") == single)
  }

  @Test func layoutIsTheDocumentedOne() throws {
    _ = try convert()
    let file = try HDF5File.open(target)
    #expect(
      try file.attributeNames() == [
        "complete", "content_digest", "format", "format_version", "image_size", "name", "notes",
        "seal",
        "source_digest",
      ])
    #expect(
      try file.children().map(\.name) == [
        "has_label", "images", "labels", "names", "original_size", "row_digest", "splits",
      ])
    #expect(try file.children("splits").map(\.name) == ["test", "train", "val"])
    #expect(try file.readShape("images") == [11, 32, 32])
    #expect(try file.elementType("images") == .uint8)
    #expect(try file.elementType("labels") == .uint8)
    #expect(try file.elementType("splits/train") == .int32)
    #expect(try file.read("original_size", as: Int32.self).values.prefix(2) == [40, 50])
    #expect(try file.readStrings("names").first == "train_0.png")
  }

  /// One seek for each picture, which has a digest of its own.
  @Test func picturesLieInOnePieceWithTheirDigests() throws {
    _ = try convert()
    let file = try HDF5File.open(target)
    #expect(try file.openDataset("images").byteOffset != nil)
    #expect(try file.openDataset("labels").byteOffset != nil)
    let digests = try file.read("row_digest", as: UInt8.self)
    #expect(digests.shape == [11, 2, 32])
    let row = try file.openDataset("labels").readRows(4..<5, as: UInt8.self)
    let digest = row.withUnsafeBytes { SHA256.bytes(of: $0) }
    #expect(Array(digests.values[(9 * 32)..<(10 * 32)]) == digest)
  }

  @Test func dataHeldInMemoryCanBeWritten() throws {
    let dataset = try DatasetSource.open(sample.path, imageSize: 32).loadAll()
    try DatasetFile.write(dataset, to: target)
    let direct = try sample.folder.read("set.h5")
    _ = try convert()
    #expect(try sample.folder.read("set.h5") == direct)
  }

  @Test func failedConversionLeavesTheOldFile() throws {
    _ = try convert()
    let before = try sample.folder.read("set.h5")
    try sample.write("not a png", to: "images/test_2.png")
    #expect(throws: FileError.self) { try convert() }
    #expect(try sample.folder.read("set.h5") == before)
    #expect(try sample.folder.partialFiles().isEmpty)
  }

  @Test func anotherImageSizeIsRefused() throws {
    _ = try convert()
    let error = #expect(throws: FileError.self) {
      try DatasetSource.open(target, imageSize: 64)
    }
    #expect(try #require(error).description.contains("convert it again with --image-size 64"))
  }

  @Test func damageIsFound() throws {
    _ = try convert()
    let whole = try sample.folder.read("set.h5")
    // The pixels of the last image, as they are stored.
    let last = try DatasetSource.open(target).load(cases: 10..<11)[0].content.image.pixels
    let offset = try #require(
      whole.indices.first { whole[$0...].starts(with: last) })
    try sample.folder.flip(byteAt: offset + 500, of: "set.h5")
    #expect(try complaint().contains("array images: damaged, the image of test_2.png is not"))
    try sample.folder.write(whole, to: "set.h5")
    let strings = try #require(
      whole.indices.first { whole[$0...].starts(with: Array("GCOL".utf8)) })
    try sample.folder.flip(byteAt: strings + 31, of: "set.h5")
    #expect(try complaint().contains("damaged, the sizes of its stored strings do not add up"))
    try sample.folder.write(Array(whole.prefix(whole.count * 2 / 3)), to: "set.h5")
    #expect(try complaint().contains("damaged"))
    try sample.folder.write("no data", to: "set.h5")
    #expect(try complaint().contains("not an HDF5 file"))
  }

  @Test func incompleteForeignAndNewerFilesAreRefused() throws {
    func make(format: String, version: Int64) throws {
      let file = try HDF5File.create(target)
      try file.writeAttribute("format", value: format)
      try file.writeAttribute("format_version", value: version)
      try file.writeAttribute("complete", value: false)
      try file.close()
    }
    try make(format: "switch-dist dataset", version: 1)
    #expect(try complaint().contains("was not written to its end"))
    try make(format: "switch-dist dataset", version: 2)
    #expect(
      try complaint().contains(
        "format version 2, but this program reads up to version 1: written by a newer version"))
    try make(format: "something else", version: 1)
    #expect(try complaint().contains("not a data set file"))
  }

  /// HDF5's own checksums are right after each of these changes.
  @Test func whatIsNotWhatWasWrittenIsNamed() throws {
    let changes: [(part: String, change: (borrowing HDF5File) throws -> Void)] = [
      ("attribute source_digest of /", { try $0.writeAttribute("source_digest", value: "other") }),
      ("attribute complete of /", { try $0.writeAttribute("complete", value: false) }),
      ("array has_label", { try Self.changeRow(3, to: [0], of: "has_label", in: $0) }),
      (
        "array images",
        { try Self.changeRow(10, to: [UInt8](repeating: 9, count: 1024), of: "images", in: $0) }
      ),
      (
        "array labels",
        { try Self.changeRow(0, to: [UInt8](repeating: 1, count: 1024), of: "labels", in: $0) }
      ),
    ]
    for (part, change) in changes {
      _ = try convert()
      let file = try HDF5File.open(target, writable: true)
      try change(file)
      try file.close()
      #expect(try complaint().contains("set.h5: \(part): damaged"))
    }
  }

  /// As written by earlier versions.
  @Test func filesWithoutASealAreReadable() throws {
    _ = try convert()
    let sealed = try DatasetSource.open(target).loadAll()
    let path = sample.folder.file("plain.h5")
    try Self.writeWithoutSeal(sealed, to: path)
    #expect(try DatasetSource.open(path).loadAll().contentDigest() == sealed.contentDigest())
    #expect(try DatasetFile.describe(path).checked == .checksums)
    #expect(try DatasetFile.describe(target).checked == .everything)
    #expect(try DatasetFile.describe(target, isQuick: true).checked == .header)
  }

  /// Results are written under the names, so these must not lead anywhere else.
  @Test func namesThatAreNoNamesAreRefused() throws {
    _ = try convert()
    let dataset = try DatasetSource.open(target).loadAll()
    for (name, reason) in [
      ("../evil.png", "'../evil.png' is not a plain file name"),
      ("/etc/x.png", "'/etc/x.png' is not"),
      ("..", "'..' is not"), ("", "'' is not"), ("a\u{1B}[2J.png", "'a\\x1B[2J.png' is not"),
      (dataset.names[3], "'train_3.png' stands there twice"),
    ] {
      var edited = dataset
      edited.names[0] = name
      try Self.writeWithoutSeal(edited, to: target)
      #expect(try complaint().contains(reason))
    }
    var edited = dataset
    (edited.names[0], edited.names[1]) = ("caf\u{E9}.png", "cafe\u{301}.png")
    try Self.writeWithoutSeal(edited, to: target)
    #expect(try DatasetSource.open(target).names.count == 11, "two names: other bytes")
  }

  /// - Parameter except: an array that `change` writes.
  private static func writeWithoutSeal(
    _ dataset: Dataset, to path: String, except: String = "",
    _ change: (borrowing HDF5File) throws -> Void = { _ in }
  ) throws {
    let file = try HDF5File.create(path)
    try change(file)
    let (count, side) = (dataset.names.count, dataset.imageSize)
    let pixels = [("images", dataset.images), ("labels", dataset.labels)]
    for (name, values) in pixels where name != except {
      try file.write(values, shape: [count, side, side], at: name, fletcher32: true)
    }
    try file.writeStrings(dataset.names, at: "names")
    if except != "has_label" {
      try file.write(dataset.hasLabel.map { UInt8($0 ? 1 : 0) }, shape: [count], at: "has_label")
    }
    let sizes = dataset.originalSizes.flatMap { [Int32($0.width), Int32($0.height)] }
    try file.write(sizes, shape: [count, 2], at: "original_size")
    let splits = dataset.splits
    for (name, list) in [
      ("train", splits.train), ("val", splits.validation), ("test", splits.test),
    ] where "splits/\(name)" != except {
      try file.write(list.map { Int32($0) }, shape: [list.count], at: "splits/\(name)")
    }
    try file.writeAttribute("format", value: "switch-dist dataset")
    try file.writeAttribute("format_version", value: Int64(1))
    try file.writeAttribute("name", value: dataset.name)
    try file.writeAttribute("image_size", value: side)
    try file.writeAttribute("source_digest", value: dataset.sourceDigest)
    try file.writeAttribute("notes", value: dataset.notes)
    try file.writeAttribute("complete", value: true)
    try file.close()
  }

  private static func changeRow(
    _ row: Int, to values: [UInt8], of name: String, in file: borrowing HDF5File
  ) throws {
    let array = try file.openDataset(name)
    try array.writeRows(row..<(row + 1), from: values)
    try array.close()
  }

  /// Python makes floats and wide integers of bytes easily.
  @Test func arraysOfOtherTypesAreRefused() throws {
    _ = try convert()
    let dataset = try DatasetSource.open(target).loadAll()
    let shape = [11, 32, 32]
    let changes: [(text: String, change: (borrowing HDF5File) throws -> Void)] = [
      (
        "/images holds float32 values, but bytes (uint8) of 0 … 255 are wanted",
        { try $0.write(dataset.images.map { Float($0) / 255 }, shape: shape, at: "images") }
      ),
      (
        "/images holds uint16 values",
        { try $0.write(dataset.images.map { UInt16($0) * 257 }, shape: shape, at: "images") }
      ),
      (
        "/labels holds int64 values, but bytes (uint8) of 0 and 1 are wanted",
        { try $0.write(dataset.labels.map { Int64($0) }, shape: shape, at: "labels") }
      ),
      (
        "/has_label holds float32 values, but whole numbers are wanted",
        { try $0.write([Float](repeating: 1, count: 11), shape: [11], at: "has_label") }
      ),
      (
        "/splits/val holds float64 values",
        { try $0.write([6.0, 7.0], shape: [2], at: "splits/val") }
      ),
    ]
    for (text, change) in changes {
      let replaced = String(try #require(text.split(separator: " ").first).dropFirst())
      try Self.writeWithoutSeal(dataset, to: target, except: replaced, change)
      let line = try complaint()
      #expect(line.contains("set.h5: \(text)"), "\(line)")
      #expect(line.contains("convert"))
    }
  }

  @Test func rulesForPixelsComeTooLate() throws {
    _ = try convert()
    var rules = PixelRules()
    rules.invertsMasks = true
    let error = #expect(throws: FileError.self) { try DatasetSource.open(target, rules: rules) }
    #expect(
      try #require(error).description.contains(
        "its pixels were mapped when it was made: leave out --invert"))
  }

  @Test func labelsOtherThanZeroAndOneAreRefused() throws {
    _ = try convert()
    let file = try HDF5File.open(target, writable: true)
    let labels = try file.openDataset("labels")
    try labels.writeRows(2..<3, from: [UInt8](repeating: 255, count: 1024))
    try labels.close()
    try file.close()
    #expect(try complaint().contains("the mask of train_2.png has values other than 0 and 1"))
  }

  @Test func unwritableTargetIsNamed() throws {
    let error = #expect(throws: FileError.self) {
      try Conversion.run(
        try DatasetSource.open(sample.path, imageSize: 32),
        to: sample.folder.file("no/such/folder/set.h5"))
    }
    #expect(try #require(error).description.contains("No such file or directory"))
  }
}
