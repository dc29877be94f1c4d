import Datasets
import Files
import Foundation
import HDF5
import Imaging
import TestSupport
import Testing

@Suite struct ExportTests {
  private let sample: SampleFolder

  init() throws {
    sample = try SampleFolder()
    try sample.remove("labels/train_4.png")
  }

  private func convert(_ folder: String, to file: String) throws -> DatasetSource {
    let source = try DatasetSource.open(folder, imageSize: 32)
    _ = try Conversion.run(source, to: sample.folder.file(file), threads: 2)
    return source
  }

  /// Pixels, masks, lists, and which images have masks: the content digest is over all of them.
  @Test func exportedAndConvertedAgainItIsTheSame() throws {
    let images = sample.path + "/images"
    try FileManager.default.moveItem(
      atPath: images + "/val_1.png", toPath: images + "/val_1.jpg")
    _ = try convert(sample.path, to: "first.h5")
    let first = try DatasetSource.open(sample.folder.file("first.h5"))
    #expect(first.names.contains("val_1.jpg"))
    try first.export(to: sample.folder.file("again"), threads: 3)
    #expect(!sample.folder.exists("again/labels/train_4.png"))
    _ = try convert(sample.folder.file("again"), to: "second.h5")
    let second = try DatasetSource.open(sample.folder.file("second.h5"))
    #expect(second.names == first.names && second.splits == first.splits)
    #expect(second.hasLabel == first.hasLabel && second.hasLabel.contains(false))
    #expect(try second.loadAll().contentDigest() == first.loadAll().contentDigest())
  }

  @Test func nothingIsOverwrittenOrWrittenElsewhere() throws {
    _ = try convert(sample.path, to: "first.h5")
    let first = try DatasetSource.open(sample.folder.file("first.h5"))
    let error = #expect(throws: FileError.self) { try first.export(to: sample.path) }
    #expect(error?.message.contains("nothing is overwritten") == true)
    let outside = sample.folder.file("outside.h5")
    let whole = try DatasetSource.open(sample.path, imageSize: 32).loadAll()
    var other = whole
    other.names[2] = "../../stolen.png"
    // Reading refuses them too: DatasetFileTests.
    let refusal = #expect(throws: FileError.self) { try DatasetFile.write(other, to: outside) }
    #expect(refusal?.message.contains("'../../stolen.png' is not a plain file name") == true)
    #expect(!sample.folder.exists("outside.h5"))
  }

  @Test func verificationComparesWithTheSources() throws {
    let source = try convert(sample.path, to: "set.h5")
    let path = sample.folder.file("set.h5")
    #expect(try Conversion.verify(path, against: source, threads: 2) == 11)
    try sample.writeCase("val_0.png", width: 58, height: 44, shift: 9)
    let error = #expect(throws: FileError.self) { try Conversion.verify(path, against: source) }
    #expect(error?.message.contains("does not hold what") == true)
    #expect(error?.message.contains("val_0.png") == true)
  }

  @Test func thumbnailsAreCharacters() throws {
    let image = GrayImage(width: 8, height: 8, repeating: 255)
    let black = GrayImage(width: 8, height: 8)
    #expect(TerminalPicture.lines(of: image, columns: 4, usesColor: false) == ["@@@@", "@@@@"])
    #expect(TerminalPicture.lines(of: black, columns: 4, usesColor: false) == ["    ", "    "])
    let colored = TerminalPicture.lines(of: image, columns: 4, usesColor: true)
    #expect(colored.count == 2)
    #expect(colored.allSatisfy { $0.count { $0 == "▀" } == 4 && $0.hasSuffix("\u{1B}[0m") })
  }
}
