import Datasets
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
    #expect(calls.withLock { $0 } == [2, 4, 6, 8, 10, 11])
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
    #expect(DatasetFile.recognizes(target))
    #expect(!DatasetFile.recognizes(sample.path + "/train.txt"))
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
        "complete", "format", "format_version", "image_size", "name", "notes", "source_digest",
      ])
    #expect(
      try file.children().map(\.name) == [
        "has_label", "images", "labels", "names", "original_size", "splits",
      ])
    #expect(try file.children("splits").map(\.name) == ["test", "train", "val"])
    #expect(try file.readShape("images") == [11, 32, 32])
    #expect(try file.elementType("images") == .uint8)
    #expect(try file.elementType("labels") == .uint8)
    #expect(try file.elementType("splits/train") == .int32)
    #expect(try file.read("original_size", as: Int32.self).values.prefix(2) == [40, 50])
    #expect(try file.readStrings("names").first == "train_0.png")
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
    #expect(try complaint().contains("/images: damaged"))
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
    _ = try convert()
    func change(_ body: (borrowing HDF5File) throws -> Void) throws {
      let file = try HDF5File.open(target, writable: true)
      try body(file)
      try file.close()
    }
    try change { try $0.writeAttribute("complete", value: false) }
    #expect(try complaint().contains("was not written to its end"))
    try change { try $0.writeAttribute("format_version", value: Int64(2)) }
    #expect(
      try complaint().contains(
        "format version 2, but this program reads up to version 1: written by a newer version"))
    try change { try $0.writeAttribute("format", value: "something else") }
    #expect(try complaint().contains("not a data set file"))
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
