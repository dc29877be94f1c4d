import Datasets
import Files
import Phantoms
import TestSupport
import Testing

@Suite struct PhantomWritingTests {
  @Test func folderFileAndMemoryHoldTheSameBits() throws {
    let folder = try TemporaryFolder()
    let phantom = try Phantom(count: 5, size: 256, seed: 21)
    try phantom.write(to: folder.file("deep/phantom"), threads: 2)
    try phantom.write(to: folder.file("phantom.h5"), threads: 2)
    let memory = try phantom.dataset(threads: 2)
    for path in ["deep/phantom", "phantom.h5"] {
      let read = try DatasetSource.open(folder.file(path)).loadAll()
      #expect(read.name == memory.name)
      #expect(read.names == memory.names)
      #expect(read.images == memory.images)
      #expect(read.labels == memory.labels)
      #expect(read.hasLabel == memory.hasLabel)
      #expect(read.originalSizes == memory.originalSizes)
      #expect(read.splits == memory.splits)
      #expect(read.sourceDigest == memory.sourceDigest)
      #expect(read.notes == [])
    }
    #expect(memory.labels.contains(1))
  }

  @Test func sharesGiveTheWhole() throws {
    let phantom = try Phantom(count: 5, size: 64, seed: 2)
    var shares = CaseTable(count: 5, side: 64)
    try shares.fill(0..<2) { try phantom.cases($0) }
    try shares.fill(2..<5) { try phantom.cases($0, threads: 2) }
    let whole = try phantom.dataset()
    let joined = phantom.assemble(shares)
    #expect(joined.images == whole.images)
    #expect(joined.sourceDigest == whole.sourceDigest)
  }

  @Test func progressCountsImages() throws {
    let folder = try TemporaryFolder()
    var seen: [Int] = []
    try Phantom(count: 5, size: 32, seed: 2).write(to: folder.file("set"), threads: 2) {
      done, total in
      seen.append(done)
      #expect(total == 5)
    }
    #expect(seen == [1, 2, 3, 4, 5])
  }

  @Test func nothingIsOverwritten() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("full")
    try folder.write("mine", to: "full/notes.txt")
    try folder.makeFolder("empty")
    try folder.write("mine", to: "plain")
    let phantom = try Phantom(count: 4, size: 32, seed: 2)
    for name in ["full", "plain"] {
      let error = #expect(throws: FileError.self) { try phantom.write(to: folder.file(name)) }
      #expect(
        error?.description == folder.file(name)
          + ": is not an empty folder, and nothing is overwritten; give a new path")
    }
    #expect(!folder.exists("full/images"))
    try phantom.write(to: folder.file("empty"))
    #expect(folder.exists("empty/test.txt"))
  }

  @Test func unwritablePlacesAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("a file", to: "plain")
    let phantom = try Phantom(count: 4, size: 32, seed: 2)
    let error = #expect(throws: FileError.self) {
      try phantom.write(to: folder.file("plain/below"))
    }
    #expect(error?.description.hasPrefix(folder.file("plain/below")) == true)
  }
}
