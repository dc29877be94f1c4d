import HDF5
import TestSupport
import Testing

@Suite struct HDF5DamageTests {
  let folder = try? TemporaryFolder()

  func error(_ body: () throws -> Void) throws -> HDF5Error {
    let thrown = #expect(throws: HDF5Error.self) { try body() }
    let error = try #require(thrown)
    #expect(!error.description.contains("\n"))
    return error
  }

  /// A file of 64 KiB of recognisable values with a checksum.
  func writeSample(_ name: String) throws -> TemporaryFolder {
    let folder = try #require(folder)
    let file = try HDF5File.create(folder.file(name))
    try file.write(
      [UInt8](repeating: 0xA5, count: 1 << 16), shape: [16, 64, 64], at: "group/images",
      chunk: [1, 64, 64], fletcher32: true)
    try file.writeAttribute("name", value: "sample")
    try file.writeStrings(["a.png", "b.png"], at: "names")
    try file.close()
    return folder
  }

  @Test func missingFileFolderAndForeignFile() throws {
    let folder = try #require(folder)
    let missing = try error { _ = try HDF5File.open(folder.file("none.h5")) }
    #expect(missing.kind == .missingFile)
    #expect(missing.description.contains("none.h5: No such file"))
    try folder.write("not an hdf5 file at all, but longer than a signature", to: "text.h5")
    #expect(try error { _ = try HDF5File.open(folder.file("text.h5")) }.kind == .notHDF5)
    try folder.write([UInt8](), to: "empty.h5")
    #expect(try error { _ = try HDF5File.open(folder.file("empty.h5")) }.kind == .notHDF5)
    #expect(try error { _ = try HDF5File.open(folder.path) }.kind == .notHDF5)
    #expect(!HDF5File.isHDF5(folder.file("none.h5")))
    #expect(!HDF5File.isHDF5(folder.file("text.h5")))
    let unwritable = try error { _ = try HDF5File.create(folder.file("no/such/folder.h5")) }
    #expect(unwritable.call == "H5Fcreate")
    #expect(unwritable.stack.count > 1)
    #expect(
      unwritable.description.hasSuffix("cannot be created, No such file or directory [H5Fcreate]"))
  }

  @Test func missingObjectNamesFileAndPath() throws {
    let folder = try writeSample("a.h5")
    let file = try HDF5File.open(folder.file("a.h5"))
    let missing = try error { _ = try file.read("group/labels", as: UInt8.self) }
    #expect(missing.kind == .missingObject)
    #expect(missing.objectPath == "/group/labels")
    #expect(missing.description.contains("a.h5: /group/labels"))
    #expect(try error { _ = try file.openGroup("group/images") }.kind == .refused)
    #expect(try error { _ = try file.openDataset("group") }.kind == .refused)
    #expect(try error { try file.write([1], shape: [1], at: "x") }.call.hasPrefix("H5"))
  }

  @Test func corruptedByteIsFoundByTheChecksum() throws {
    let folder = try writeSample("a.h5")
    let bytes = try folder.read("a.h5")
    let middle = try #require(
      bytes.indices.first { bytes[$0...].prefix(64).allSatisfy { $0 == 0xA5 } })
    try folder.flip(byteAt: middle + 10_000, of: "a.h5")
    let file = try HDF5File.open(folder.file("a.h5"))
    let damaged = try error { _ = try file.read("group/images", as: UInt8.self) }
    #expect(damaged.kind == .damaged)
    // HDF5 1.14 does not say which filter.
    #expect(damaged.description.contains(/Fletcher32|filter returned failure during read/))
    #expect(damaged.call == "H5Dread")
    // Only the chunk with the byte is lost.
    let dataset = try file.openDataset("group/images")
    #expect(try dataset.readRows(0..<1, as: UInt8.self).allSatisfy { $0 == 0xA5 })
  }

  @Test(arguments: [0.01, 0.3, 0.7, 0.99]) func truncatedFileIsAnError(_ part: Double) throws {
    let folder = try writeSample("a.h5")
    let bytes = try folder.read("a.h5")
    try folder.write(Array(bytes.prefix(Int(Double(bytes.count) * part))), to: "cut.h5")
    let damaged = try error { _ = try HDF5File.open(folder.file("cut.h5")) }
    #expect(damaged.kind == .damaged)
    #expect(damaged.description.contains("cut.h5"))
  }

  @Test func declaredSizeBeyondTheFileIsRefusedBeforeAllocation() throws {
    let folder = try #require(folder)
    let file = try HDF5File.create(folder.file("huge.h5"))
    try file.createDataset(
      at: "huge", type: Double.self, shape: [1 << 20, 1 << 20], chunk: [1, 1 << 10]
    ).close()
    #expect(try error { _ = try file.read("huge", as: Double.self) }.kind == .damaged)
  }

  /// Single flipped bytes in everything but the pixels, with every object read: no crash, no hang.
  @Test(arguments: [UInt8(0xFF), 0x01, 0x80]) func anyFlippedByteIsSurvived(_ flip: UInt8) throws {
    let folder = try writeSample("a.h5")
    let bytes = try folder.read("a.h5")
    let structure = bytes.indices.filter {
      bytes[$0] != 0xA5 && (bytes[$0] != 0 || $0 % 16 == 0)
    }
    var errors = 0
    for offset in structure {
      var damaged = bytes
      damaged[offset] ^= flip
      try folder.write(damaged, to: "flipped.h5")
      do {
        let file = try HDF5File.open(folder.file("flipped.h5"))
        _ = try file.children("group")
        _ = try file.readAttribute("name", as: String.self)
        _ = try file.readStrings("names")
        _ = try file.read("group/images", as: UInt8.self)
      } catch {
        errors += 1
      }
    }
    #expect(errors > structure.count / 8)
  }

  /// The sizes of stored strings have no checksum of HDF5's own.
  @Test func brokenStringStorageIsFound() throws {
    let folder = try writeSample("a.h5")
    let bytes = try folder.read("a.h5")
    let signature = Array("GCOL".utf8)
    let heap = try #require(bytes.indices.first { bytes[$0...].starts(with: signature) })
    // The highest byte of the first object's size: 16 bytes of header, 8 before the size.
    try folder.flip(byteAt: heap + 16 + 15, of: "a.h5")
    let file = try HDF5File.open(folder.file("a.h5"))
    let damaged = try error { _ = try file.readAttribute("name", as: String.self) }
    #expect(damaged.kind == .damaged)
    #expect(damaged.description.contains("stored strings do not add up"))
  }
}
