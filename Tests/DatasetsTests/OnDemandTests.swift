import Datasets
import Files
import HDF5
import TestSupport
import Testing

/// Pictures that are read from the file when they are wanted.
@Suite struct OnDemandTests {
  private let sample: SampleFolder
  private var target: String { sample.folder.file("set.h5") }

  init() throws {
    sample = try SampleFolder()
    try sample.remove("labels/train_4.png")
    let source = try DatasetSource.open(sample.path, imageSize: 32)
    _ = try Conversion.run(source, to: target, threads: 2)
  }

  private func open(cacheBytes: Int) throws -> Dataset {
    try #require(try DatasetSource.open(target).onDemand(cacheBytes: cacheBytes))
  }

  @Test(arguments: [0, 3 * 1024 + 100, 1 << 20]) func theyAreThoseInMemory(cacheBytes: Int) throws {
    let whole = try DatasetSource.open(sample.path, imageSize: 32).loadAll()
    let dataset = try open(cacheBytes: cacheBytes)
    for _ in 0..<2 {
      for position in (0..<11).reversed() {
        #expect(try dataset.image(position) == whole.image(position))
        #expect(try dataset.mask(position) == whole.mask(position))
      }
    }
    #expect(try dataset.contentDigest() == whole.contentDigest())
    #expect(dataset.sourceDigest == whole.sourceDigest)
    #expect(dataset.hasLabel == whole.hasLabel)
    #expect(dataset.originalSizes == whole.originalSizes)
    #expect(dataset.notes == whole.notes)
  }

  /// What was read once may stay in memory, as much as was allowed and what came first.
  @Test func theCacheIsBounded() throws {
    let dataset = try open(cacheBytes: 2 * 1024)
    for position in 0..<4 { _ = try dataset.image(position) }
    try flipPixel(of: dataset, 0...3)
    for position in 0..<2 { _ = try dataset.image(position) }
    for position in 2..<4 { #expect(throws: FileError.self) { try dataset.image(position) } }
  }

  @Test func aDamagedPictureIsNamedAndTheOthersAreRead() throws {
    let dataset = try open(cacheBytes: 0)
    try flipPixel(of: dataset, 7...7)
    let error = try #require(throws: FileError.self) { try dataset.image(7) }
    #expect(error.isDamaged)
    #expect(
      error.description.hasPrefix("\(target): array images: damaged, the image of val_1.png is not")
    )
    _ = try dataset.mask(7)
    _ = try dataset.image(6)
  }

  /// Rows and their digests may be right one by one and not belong together.
  @Test func digestsOfOtherRowsAreNotBelieved() throws {
    let file = try HDF5File.open(target, writable: true)
    let digests = try file.openDataset("row_digest")
    try digests.writeRows(0..<1, from: [UInt8](repeating: 1, count: 64))
    try digests.close()
    try file.close()
    let error = #expect(throws: FileError.self) { try DatasetSource.open(target) }
    #expect(try #require(error).description.contains("array row_digest: damaged"))
  }

  @Test func aFileThatWasCutIsDamaged() throws {
    let dataset = try open(cacheBytes: 0)
    try sample.folder.write(Array(try sample.folder.read("set.h5").prefix(4096)), to: "set.h5")
    let error = try #require(throws: FileError.self) { try dataset.image(10) }
    #expect(error.isDamaged)
  }

  /// In place, so that the open file is the one that changes.
  private func flipPixel(of dataset: Dataset, _ positions: ClosedRange<Int>) throws {
    let file = try HDF5File.open(target, writable: true)
    let images = try file.openDataset("images")
    for position in positions {
      var row = try images.readRows(position..<(position + 1), as: UInt8.self)
      row[100] ^= 1
      try images.writeRows(position..<(position + 1), from: row)
    }
    try images.close()
    try file.close()
  }
}
