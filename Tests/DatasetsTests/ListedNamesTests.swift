import Datasets
import Files
import Foundation
import TestSupport
import Testing

/// Which file a line of a list means, whatever wrote the list and named the files.
@Suite struct ListedNamesTests {
  let sample: SampleFolder
  init() throws { sample = try SampleFolder() }

  private func names() throws -> [String] { try source().names }

  private func source() throws -> DatasetSource {
    try DatasetSource.open(sample.path, imageSize: 32)
  }

  private func complaint() throws -> String {
    let line = try #require(#expect(throws: FileError.self) { try source() }).description
    #expect(!line.contains("\n"))
    return line
  }

  private func rename(_ name: String, to other: String) throws {
    try sample.write(try sample.folder.read("set/\(name)"), to: other)
    try sample.remove(name)
  }

  // MARK: The text of a list

  private static let lines =
    "train_0.png\r\ntrain_1\n\n  train_2.png\t\rtrain_3.png\ntrain_4\ntrain_5"

  private static func sixteenBit(_ text: String, isBigEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)]
      return isBigEndian ? bytes : bytes.reversed()
    }
  }

  @Test(arguments: [
    Array(lines.utf8), [0xEF, 0xBB, 0xBF] + Array(lines.utf8),
    [0xFF, 0xFE] + sixteenBit(lines, isBigEndian: false),
    [0xFE, 0xFF] + sixteenBit(lines, isBigEndian: true), sixteenBit(lines, isBigEndian: false),
    sixteenBit(lines, isBigEndian: true), Array(lines.replacing("\n", with: "\r").utf8),
  ])
  func everyEncodingAndLineEndIsRead(list: [UInt8]) throws {
    try sample.write(list, to: "train.txt")
    #expect(try names().prefix(6) == SampleFolder.train[...])
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], "UTF-32"), ([0xFF, 0xFE, 0x61, 0, 0x62], "UTF-16"),
      ([0xFF, 0xFE, 0, 0xD8, 0x61, 0], "UTF-16"), (Array("train_0\0.png\n".utf8), "zero bytes"),
      ([0xFF, 0xFE], "the list is empty"),
      (Array("train_0\ncaf\u{1}.png\n".utf8), "line 2: 'caf\\x01"),
      (Array("train_0\n..\n".utf8), "line 2: '..' is not a plain file name"),
      (Array("/etc/passwd\n".utf8), "line 1: '/etc/passwd' is not a plain file name"),
      (Array("images/train_0.png\n".utf8), "without folders"),
      (
        Array("train_0\n".utf8) + [0x63, 0xE9, 0x0A],
        "line 2: 'c\\xE9' is not UTF-8, perhaps Latin-1"
      ),
    ] as [([UInt8], String)])
  func whatIsNoListIsSaid(list: [UInt8], reason: String) throws {
    try sample.write(list, to: "train.txt")
    let line = try complaint()
    #expect(line.contains("/train.txt: ") && line.contains(reason), "\(line)")
  }

  /// Random pieces of lists, some of them no text: each line stands for a file in `images/`, or the list is
  /// refused in one line.
  @Test func randomListsGiveFilesInTheFolderOrOneLine() throws {
    let isLong = ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil
    let pieces: [[UInt8]] =
      [
        "train_0", "train_1.png", "train_2.JPG", "val_0", "\n", "\r\n", "\r", " ", "\t", "../", "/",
        "..",
        "\0", "\u{FEFF}", "cafe\u{301}", ".png", ".", "._train_0.png", "\\", ",",
      ].map { Array($0.utf8) }
      + [[0xE9], [0xFF, 0xFE], [0xFE, 0xFF], [0xFF], [0, 0xD8], [0x74, 0]]
    var number = UInt64(1)
    func next(below bound: Int) -> Int {
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(number >> 33) % bound
    }
    let known = Set(SampleFolder.train + SampleFolder.validation + SampleFolder.test)
    var opened = 0
    for _ in 0..<(isLong ? 20_000 : 500) {
      let list = (0..<next(below: 8)).flatMap { _ in pieces[next(below: pieces.count)] }
      try sample.write(list, to: "train.txt")
      do {
        let names = try names()
        #expect(names.allSatisfy(known.contains), "\(list)")
        opened += 1
      } catch let error as FileError {
        #expect(error.path.hasPrefix(sample.path) && !error.message.contains("\n"), "\(list)")
      }
    }
    #expect(opened > 10)
  }

  // MARK: Endings

  @Test(arguments: ["train_2", "train_2.png", "train_2.jpg", "train_2.JPEG", "train_2.PNG"])
  func aStemFindsTheOneFileThatHasIt(listed: String) throws {
    try sample.writeLists(
      SampleFolder.train.map { $0 == "train_2.png" ? listed : $0 }, SampleFolder.validation,
      SampleFolder.test)
    for ending in ["png", "jpg", "JPG", "jpeg", "PNG"] where ending != "png" {
      try rename("images/train_2.png", to: "images/train_2.\(ending)")
      let source = try source()
      #expect(source.names[2] == "train_2.\(ending)")
      #expect(source.hasLabel[2], "the mask has its own ending")
      try rename("images/train_2.\(ending)", to: "images/train_2.png")
    }
    try rename("labels/train_2.png", to: "labels/train_2_mask.PNG")
    #expect(try source().hasLabel[2])
  }

  @Test func severalFilesOfAStemAreNamed() throws {
    try sample.writeCase("train_2.jpg", width: 40, height: 40)
    #expect(try names()[2] == "train_2.png", "the exact name comes first")
    try sample.writeLists(["train_2"], ["val_0"], ["test_0"])
    #expect(
      try complaint().contains(
        "line 1: 'train_2' may be images/train_2.jpg or images/train_2.png"))
    try sample.writeLists(["train_2.png", "train_2.jpg"], ["val_0"], ["test_0"])
    #expect(try names().prefix(2) == ["train_2.png", "train_2.jpg"])
    try sample.remove("labels/train_2.jpg")
    #expect(try complaint().contains("would be the mask of both"))
    try sample.writeLists(["train_3.png"], ["val_0"], ["test_0"])
    try rename("labels/train_3.png", to: "labels/train_3.jpg")
    try sample.write("", to: "labels/train_3_mask.png")
    #expect(try complaint().contains("train_3.jpg and train_3_mask.png may both be the mask"))
  }

  @Test func twoNamesOfOneFileAreARepetition() throws {
    try sample.writeLists(["train_0.png", "train_1", "train_0.jpg"], ["val_0"], ["test_0"])
    #expect(try complaint().contains("line 3 repeats 'train_0.png' of line 1"))
  }

  // MARK: Names that are not there

  @Test func whyANameIsNotThereIsSaid() throws {
    try sample.writeLists(["Train_0.png"], ["val_0"], ["test_0"])
    #expect(try complaint().contains("there is images/train_0.png: capital letters count"))
    try sample.writeLists(["scan.png"], ["val_0"], ["test_0"])
    try sample.write("BM", to: "images/scan.bmp")
    #expect(try complaint().contains("there is images/scan.bmp, but PNG and JPEG only are read"))
    try sample.folder.makeFolder("set/images/scan.png")
    #expect(try complaint().contains("what is there is a folder"))
    try sample.writeLists(["train_0.png,1"], ["val_0"], ["test_0"])
    #expect(try complaint().contains("a line of a list is one file name"))
  }

  @Test func aPipeIsNeverOpened() throws {
    try sample.remove("images/train_1.png")
    let pipe = try ChildProcess.run(["mkfifo", sample.folder.file("set/images/train_1.png")])
    #expect(pipe.exitCode == 0)
    #expect(try complaint().contains("what is there is no file"))
  }

  @Test func filesInLatin1AreToldInWords() throws {
    let script =
      "import os, sys; d = sys.argv[1].encode(); os.rename(d + b'/train_1.png', d + b'/caf\\xe9.png')"
    let python = try ChildProcess.run(
      ["python3", "-c", script, sample.folder.file("set/images")])
    #expect(python.exitCode == 0, "\(python.output)")
    try sample.writeLists(["train_0", "café.png"], ["val_0"], ["test_0"])
    #expect(try complaint().contains("there is 'caf\\xE9.png', the same name in Latin-1: rename"))
    try sample.writeLists(["train_0"], ["val_0"], ["test_0"])
    #expect(try names().count == 3, "what is not listed disturbs nobody")
  }

  /// One code point for é, or two.
  @Test func anotherUnicodeFormIsTakenAndSaid() throws {
    let (composed, decomposed) = ("caf\u{E9}.png", "cafe\u{301}.png")
    try rename("images/train_1.png", to: "images/" + decomposed)
    try rename("labels/train_1.png", to: "labels/" + decomposed)
    try sample.writeLists(["train_0", composed], ["val_0"], ["test_0"])
    let source = try source()
    #expect(Array(source.names[1].utf8) == Array(decomposed.utf8))
    #expect(source.hasLabel[1])
    #expect(source.notes.count == 1 && source.notes[0].contains("another Unicode form"))
    try sample.writeCase(composed, width: 40, height: 40)
    #expect(Array(try names()[1].utf8) == Array(composed.utf8), "the exact name comes first")
    try sample.writeLists(["train_0", composed, decomposed], ["val_0"], ["test_0"])
    #expect(try names().count == 5, "names are bytes: these are two")
    #expect(try self.source().notes.isEmpty)
  }

  // MARK: Hidden files

  @Test func hiddenFilesAreNoImages() throws {
    for name in ["._train_2.png", ".DS_Store", "Thumbs.db", "._train_9.png"] {
      try sample.write("Mac OS X", to: "images/\(name)")
      try sample.write("Mac OS X", to: "labels/\(name)")
    }
    #expect(try source().notes.isEmpty)
    try sample.writeLists(
      ["._train_0.png", ".DS_Store", "Thumbs.db"] + SampleFolder.train, SampleFolder.validation,
      SampleFolder.test)
    let source = try source()
    #expect(source.names.prefix(6) == SampleFolder.train[...])
    #expect(source.notes.count == 1 && source.notes[0].hasPrefix("3 names of hidden files"))
  }
}
