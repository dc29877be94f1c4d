import Datasets
import Files
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct DatasetSourceTests {
  let sample: SampleFolder
  init() throws { sample = try SampleFolder() }

  func open() throws -> DatasetSource {
    try DatasetSource.open(sample.path, imageSize: 32)
  }

  /// The one line that a bad data set gives, on opening or on loading.
  func complaint() throws -> String {
    let error = #expect(throws: FileError.self) { try open().loadAll(threads: 2) }
    let line = try #require(error).description
    #expect(!line.contains("\n"))
    #expect(line.hasPrefix(sample.path))
    return line
  }

  @Test func folderOpensWithoutDecoding() throws {
    try sample.write("not a png", to: "images/test_2.png")
    let source = try open()
    #expect(source.name == "set")
    #expect(source.count == 11)
    #expect(source.imageSize == 32)
    #expect(source.names == SampleFolder.train + SampleFolder.validation + SampleFolder.test)
    #expect(source.splits.train == Array(0..<6))
    #expect(source.splits.validation == [6, 7])
    #expect(source.splits.test == [8, 9, 10])
    #expect(source.hasLabel.allSatisfy { $0 })
    #expect(source.notes.isEmpty)
  }

  @Test func everyImageIsResizedAndItsMaskBinary() throws {
    let dataset = try open().loadAll()
    #expect(dataset.images.count == 11 * 32 * 32)
    #expect(dataset.labels.count == 11 * 32 * 32)
    #expect(Set(dataset.labels) == [0, 1])
    #expect(dataset.originalSizes[10] == Dataset.PixelSize(width: 70, height: 40))
    for position in 0..<11 {
      let pixels = (position * 1024)..<((position + 1) * 1024)
      let covered = dataset.labels[pixels].count { $0 == 1 }
      #expect((60...300).contains(covered), "image \(position): \(covered) pixels")
      #expect(Set(dataset.images[pixels]).count > 20)
    }
  }

  @Test func sharesAndThreadsGiveTheSameBits() throws {
    let source = try open()
    let whole = try source.loadAll(threads: 1)
    let threaded = try source.loadAll(threads: 3)
    var gathered = CaseTable(count: 11, side: 32)
    for share in [0..<4, 4..<4, 4..<11] {
      try gathered.fill(share) { try source.load(cases: $0) }
    }
    let assembled = try source.assemble(gathered)
    for other in [threaded, assembled] {
      #expect(other.images == whole.images)
      #expect(other.labels == whole.labels)
      #expect(other.sourceDigest == whole.sourceDigest)
      #expect(other.originalSizes == whole.originalSizes)
      #expect(other.notes == whole.notes)
    }
    #expect(whole.sourceDigest.count == 64)
  }

  @Test func digestFollowsEverySource() throws {
    let before = try open().loadAll().sourceDigest
    #expect(try DatasetSource.open(sample.path, imageSize: 48).loadAll().sourceDigest == before)
    try sample.writeLists(SampleFolder.train.reversed(), SampleFolder.validation, SampleFolder.test)
    let reordered = try open().loadAll().sourceDigest
    #expect(reordered != before)
    try sample.writeLists(SampleFolder.train, SampleFolder.validation, SampleFolder.test)
    #expect(try open().loadAll().sourceDigest == before)
    try sample.writeCase("val_1.png", width: 64, height: 64, shift: 9)
    #expect(try open().loadAll().sourceDigest != before)
  }

  @Test func listsWithWindowsLineEndsBlanksAndNoExtension() throws {
    let expected = try open()
    try sample.write(
      "\u{FEFF}train_0\r\n\r\n  train_1.png \t\r\ntrain_2\r\ntrain_3\r\ntrain_4\r\ntrain_5",
      to: "train.txt")
    let source = try open()
    #expect(source.names == expected.names)
    #expect(source.splits == expected.splits)
  }

  @Test func namesInTwoListsAreNoted() throws {
    try sample.writeLists(
      SampleFolder.train, ["val_0.png", "train_2.png"], SampleFolder.test + ["val_0.png"])
    let source = try open()
    #expect(source.count == 10)
    #expect(source.splits.validation == [6, 2])
    #expect(source.splits.test == [7, 8, 9, 6])
    #expect(source.notes.count == 2)
    #expect(source.notes[0].contains("val list are also in the train list (first: train_2.png)"))
    #expect(try source.loadAll().notes == source.notes)
  }

  @Test func masksOfZeroAndOneAreMappedAndSaid() throws {
    let before = try open().loadAll()
    try sample.writeCase("train_0.png", width: 40, height: 50, shift: 0, foreground: 1)
    let mapped = try open().loadAll()
    #expect(mapped.labels == before.labels)
    #expect(mapped.notes == ["train_0.png: the mask holds only 0 and 1; 1 is taken as foreground"])
    try sample.writeCase("train_0.png", width: 40, height: 50, shift: 0, foreground: 127)
    let dark = try open().loadAll()
    #expect(dark.labels == before.labels)
    #expect(
      dark.notes == ["train_0.png: the mask holds only 0 and 127; 127 is taken as foreground"])
    try sample.writeCase("train_0.png", width: 40, height: 50, shift: 0, foreground: 128)
    #expect(try open().loadAll().labels == before.labels)
  }

  @Test func manyFilesWithTheSameNoteGiveOneSentence() throws {
    for name in ["train_1.png", "train_3.png", "val_0.png"] {
      try sample.writeCase(name, width: 40, height: 40, foreground: 1)
    }
    let notes = try open().loadAll(threads: 2).notes
    #expect(notes.count == 1)
    #expect(notes[0].hasPrefix("3 files (first: train_1.png): the mask holds only 0 and 1"))
  }

  @Test func unlabeledTrainingImagesMayLackMasks() throws {
    try sample.remove("labels/train_4.png")
    let source = try open()
    #expect(source.hasLabel == (0..<11).map { $0 != 4 })
    let dataset = try source.loadAll()
    #expect(dataset.labels[(4 * 1024)..<(5 * 1024)].allSatisfy { $0 == 0 })
    try source.requireLabels(for: [0, 1, 2, 3])
    let error = #expect(throws: FileError.self) { try source.requireLabels(for: Array(0..<6)) }
    #expect(try #require(error).description.contains("labels/train_4.png is missing"))
  }

  @Test func missingThingsAreNamed() throws {
    let unknown = #expect(throws: FileError.self) {
      try DatasetSource.open("no-such-set", root: sample.folder.path, imageSize: 32)
    }
    #expect(try #require(unknown).description.hasPrefix("no-such-set: no such data set"))
    #expect(
      try DatasetSource.open("set", root: sample.folder.path, imageSize: 32).path == sample.path)
    try sample.remove("labels/val_1.png")
    #expect(try complaint().contains("/val.txt: labels/val_1.png is listed but does not exist"))
    try sample.remove("images/test_1.png")
    try sample.remove("images/test_2.png")
    try sample.writeLists(SampleFolder.train, ["val_0.png"], SampleFolder.test)
    #expect(
      try complaint().contains("images/test_1.png is listed but does not exist (and 1 more)"))
    try sample.remove("test.txt")
    let missing = #expect(throws: FileError.self) { try open().requireAllLists() }
    #expect(try #require(missing).description.contains("/test.txt: the list is missing"))
    try sample.folder.write("", to: "set/train.txt")
    #expect(try complaint().contains("/train.txt: the list is empty"))
    try sample.remove("images")
    #expect(try complaint().contains("has no folder images/"))
  }

  @Test func badListsAreNamedWithTheirLine() throws {
    try sample.write("train_0.png\r\n\r\ntrain_1.png\r\ntrain_0\r\n", to: "train.txt")
    #expect(
      try complaint().contains("/train.txt: line 4 repeats 'train_0.png' of line 1; remove one"))
    try sample.write("train_0.png\n../secret.png\n", to: "train.txt")
    #expect(try complaint().contains("line 2: '../secret.png' is not a plain file name"))
  }

  @Test func damagedImagesAreNamed() throws {
    let whole = try sample.folder.read("set/images/train_3.png")
    try sample.write(Array(whole.prefix(whole.count / 2)), to: "images/train_3.png")
    #expect(try complaint().contains("images/train_3.png"))
    try sample.write("not a png", to: "labels/train_1.png")
    #expect(try complaint().contains("labels/train_1.png"))
    try sample.writeCase("train_1.png", width: 40, height: 40)
    try sample.write(whole, to: "images/train_3.png")
    try sample.write(
      PlainPNG.gray(width: 41, height: 40, pixels: [UInt8](repeating: 0, count: 1640)),
      to: "labels/train_1.png")
    #expect(
      try complaint().contains(
        "labels/train_1.png: the mask is 41×40 pixels, but its image 40×40"))
  }

  @Test func rulesSayWhatTheValuesMean() throws {
    let before = try open().loadAll()
    var rules = PixelRules()
    rules.foreground = MaskForeground("0")
    let turned = try DatasetSource.open(sample.path, imageSize: 32, rules: rules)
    #expect(try turned.loadAll().labels == before.labels.map { 1 - $0 })
    #expect(try turned.original(0).mask?.pixels.first == 1)
    rules.invertsMasks = true
    rules.window = .range(low: 80, high: 81)
    let cut = try DatasetSource.open(sample.path, imageSize: 32, rules: rules).loadAll()
    #expect(cut.labels == before.labels)
    #expect(cut.notes.contains { $0.hasPrefix("11 files") && $0.contains("--window 80:81") })
    #expect(cut.images.contains(255) && cut.images.contains(0))
  }

  @Test func jpegsStandForImages() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let bytes = [UInt8](try Data(contentsOf: root.appending(path: "Fixtures/jpeg/rgb420.jpg")))
    try sample.write(bytes, to: "images/train_1.png")
    try sample.write(
      PlainPNG.gray(width: 64, height: 48, pixels: [UInt8](repeating: 0, count: 64 * 48)),
      to: "labels/train_1.png")
    let image = try open().loadAll().image(1)
    #expect(
      image == (try ImageFile.decode(bytes: bytes).gray().image.resized(width: 32, height: 32)))
  }

  @Test func sixteenBitImagesAreReadWithANote() throws {
    let pixels = (0..<1600).map { UInt16($0 * 40) }
    try sample.write(
      PlainPNG.gray16(width: 40, height: 40, pixels: pixels), to: "images/train_1.png")
    try sample.write(
      PlainPNG.gray16(width: 40, height: 40, pixels: pixels.map { $0 > 32_000 ? .max : 0 }),
      to: "labels/train_1.png")
    let dataset = try open().loadAll()
    #expect(dataset.notes.contains { $0.hasPrefix("train_1.png: ") && $0.contains("16") })
    #expect(Set(dataset.labels[1024..<2048]) == [0, 1])
  }
}
