import Digests
import Files
import HDF5
import TestSupport
import Testing

/// A sealed file names whatever is not what was written into it.
@Suite struct FileSealTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("sealed.h5") }

  init() throws {
    folder = try TemporaryFolder()
    try write()
  }

  private func write() throws {
    var file = try SealedFileWriter(path)
    try file.write([Float](repeating: 0.5, count: 6000), shape: [3, 2000], at: "group/weights")
    try file.write([Float.nan, -0.0], shape: [2], at: "group/few")
    try file.write([Int64(7)], shape: [], at: "counter")
    try file.writeStrings(["a", "b"], at: "names")
    try file.writeAttribute("text", value: "some words")
    try file.writeAttribute("number", value: 0.25)
    try file.writeAttribute("list", value: ["x", "y"])
    try file.close()
  }

  private func complaint(
    _ check: HDF5File.Check = .everything, after change: (borrowing HDF5File) throws -> Void
  ) throws -> HDF5Error? {
    try write()
    do {
      let file = try HDF5File.open(path, writable: true)
      try change(file)
      try file.close()
    }
    let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path).verify(check) }
    #expect(error?.kind == .damaged)
    return error
  }

  @Test func anIntactFileIsVerified() throws {
    #expect(try HDF5File.open(path).verify().check == .everything)
    #expect(try HDF5File.open(path).verify(.header).check == .header)
  }

  @Test func filesWithoutASealAreReadable() throws {
    let file = try HDF5File.create(folder.file("plain.h5"))
    try file.write([Float(1)], shape: [1], at: "x")
    try file.close()
    #expect(try HDF5File.open(folder.file("plain.h5")).verify().check == .checksums)
  }

  /// HDF5's own checksums are right after each of these changes.
  @Test func everyPartIsNamed() throws {
    let changes: [(String, (borrowing HDF5File) throws -> Void)] = [
      ("attribute text of /", { try $0.writeAttribute("text", value: "some word") }),
      ("attribute number of /", { try $0.writeAttribute("number", value: 0.5) }),
      ("attribute list of /", { try $0.writeAttribute("list", value: ["xy", ""]) }),
      ("attribute new of /", { try $0.writeAttribute("new", value: 1) }),
      ("attribute new of counter", { try $0.writeAttribute("new", on: "counter", value: 1) }),
      ("attribute new of group", { try $0.writeAttribute("new", on: "group", value: 1) }),
      ("array counter", { try Self.overwrite([Int64(8)], "counter", $0) }),
      ("array group/few", { try Self.overwrite([Float.nan, 0.0], "group/few", $0) }),
      (
        "array group/weights",
        { try Self.overwrite([Float](repeating: 0, count: 6000), "group/weights", $0) }
      ),
      ("array more", { try $0.write([Float(1)], shape: [1], at: "more") }),
      ("group empty", { _ = try $0.makeGroup("empty") }),
    ]
    for (part, change) in changes {
      #expect(try complaint(after: change)?.objectPath == part)
    }
  }

  @Test func theHeaderAloneIsTheAttributesOfTheRoot() throws {
    let error = try complaint(.header) { try $0.writeAttribute("number", value: 0.5) }
    #expect(error?.objectPath == "attribute number of /")
    let file = try HDF5File.open(path, writable: true)
    try file.writeAttribute("number", value: 0.25)
    try Self.overwrite([Int64(8)], "counter", file)
    try file.close()
    #expect(try HDF5File.open(path).verify(.header).check == .header)
  }

  @Test func theSealProvesItself() throws {
    let seal = try HDF5File.open(path).readAttribute(FileSeal.attributeName, as: String.self)
    let error = try complaint {
      try $0.writeAttribute(
        FileSeal.attributeName, value: seal.replacing("array counter", with: "array caunter"))
    }
    #expect(error?.objectPath == "attribute seal of /")
  }

  /// One that says a part twice has the right digest over all and is none of ours.
  @Test func aForgedSealIsRefused() throws {
    let seal = try HDF5File.open(path).readAttribute(FileSeal.attributeName, as: String.self)
    let parts = seal.split(separator: "\n").dropFirst()
    let list = (parts + parts.prefix(1)).map { $0 + "\n" }.joined()
    let error = try complaint {
      try $0.writeAttribute(
        FileSeal.attributeName, value: "\(SHA256.digest(of: list))\n\(list)")
    }
    #expect(error?.objectPath == "attribute seal of /")
  }

  /// Chunks need a dimension: a single value lies in its object's header, which has a checksum.
  @Test func singleValuesHaveAChecksum() throws {
    let value = Int64(0x1234_5678_9ABC_DEF0)
    let file = try HDF5File.create(folder.file("single.h5"))
    try file.write([value], shape: [], at: "x")
    try file.close()
    let pattern = withUnsafeBytes(of: value.littleEndian) { Array($0) }
    let bytes = try folder.read("single.h5")
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
    try folder.flip(byteAt: place + 3, of: "single.h5")
    let error = #expect(throws: HDF5Error.self) {
      try HDF5File.open(folder.file("single.h5")).read("x", as: Int64.self)
    }
    #expect(error?.kind == .damaged)
  }

  /// The Fletcher32 of zeros is zero, so a hole of zeros is right to HDF5.
  @Test func aHoleOfZerosIsNamed() throws {
    var bytes = try folder.read("sealed.h5")
    let value = withUnsafeBytes(of: Float(0.5).bitPattern.littleEndian) { Array($0) }
    let pattern = (0..<64).flatMap { _ in value }
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
    // The values and the checksum behind them.
    bytes.replaceSubrange(start..<(start + 24_004), with: repeatElement(0, count: 24_004))
    try folder.write(bytes, to: "sealed.h5")
    let values = try HDF5File.open(path).read("group/weights", as: Float.self).values
    #expect(values.allSatisfy { $0 == 0 })
    let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path).verify() }
    #expect(error?.objectPath == "array group/weights")
  }

  @Test func damageIsToldFromWhatElseFails() throws {
    let damage = try complaint { try $0.writeAttribute("number", value: 0.5) }
    let error = FileError(try #require(damage))
    #expect(error.isDamaged)
    #expect(
      error.description == "\(path): attribute number of /: damaged, is not what was written "
        + "(SHA-256) [seal]; bring back a good copy of the file or make it anew")
    let missing = #expect(throws: HDF5Error.self) { _ = try HDF5File.open(folder.file("none.h5")) }
    #expect(!FileError(try #require(missing)).isDamaged)
  }

  private static func overwrite<Value: HDF5Scalar>(
    _ values: [Value], _ name: String, _ file: borrowing HDF5File
  ) throws {
    let array = try file.openDataset(name)
    try values.withUnsafeBufferPointer { try array.write($0) }
    try array.close()
  }
}
