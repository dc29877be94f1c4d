import Files
import Glibc
import HDF5
import TestSupport
import Testing

@Suite struct HDF5RoundTripTests {
  let folder = try? TemporaryFolder()

  func path(_ name: String = "a.h5") throws -> String { try #require(folder).file(name) }

  func roundTrip<T: HDF5Scalar & Equatable>(_ values: [T]) throws {
    let path = try path("\(T.self).h5")
    let file = try HDF5File.create(path)
    try file.write(values, shape: [values.count / 2, 2], at: "deep/er/values")
    try file.close()
    let again = try HDF5File.open(path)
    let (shape, read) = try again.read("/deep/er/values", as: T.self)
    #expect(shape == [values.count / 2, 2])
    #expect(read == values)
    #expect(try again.elementType("deep/er/values") == T.elementType)
  }

  @Test func everyScalarTypeKeepsItsExtremes() throws {
    try roundTrip([Float.greatestFiniteMagnitude, -.leastNonzeroMagnitude, .infinity, -0.5])
    try roundTrip([Double.pi, -.leastNonzeroMagnitude, .infinity, 1e-300])
    try roundTrip([Int8.min, .max, -1, 0])
    try roundTrip([Int16.min, .max, -1, 0])
    try roundTrip([Int32.min, .max, -1, 0])
    try roundTrip([Int64.min, .max, -1, 0])
    try roundTrip([Int.min, .max, -1, 0])
    try roundTrip([UInt8.max, 0, 1, 128])
    try roundTrip([UInt16.max, 0, 1, 1 << 15])
    try roundTrip([UInt32.max, 0, 1, 1 << 31])
    try roundTrip([UInt64.max, 0, 1, 1 << 63])
  }

  @Test func numbersAreConvertedOnReading() throws {
    let file = try HDF5File.create(try path())
    try file.write([Int64(-3), 1 << 24], shape: [2], at: "counts")
    #expect(try file.read("counts", as: Float.self).values == [-3, 16_777_216])
    #expect(try file.read("counts", as: Int8.self).values == [-3, .max])
    try file.close()
  }

  @Test func singleValuesAndEmptyDatasetsKeepTheirShape() throws {
    let file = try HDF5File.create(try path())
    try file.write([Float(2.5)], shape: [], at: "single")
    try file.write([Int32](), shape: [0, 3], at: "empty", fletcher32: true)
    #expect(try file.read("single", as: Float.self) == ([], [2.5]))
    #expect(try file.read("empty", as: Int32.self) == ([0, 3], []))
    #expect(try file.readShape("empty") == [0, 3])
    try file.close()
  }

  @Test func rowsAreReadAndWrittenInAnyOrder() throws {
    let path = try path()
    let file = try HDF5File.create(path)
    let images = try file.createDataset(
      at: "images", type: UInt8.self, shape: [5, 2, 3], chunk: [1, 2, 3], fletcher32: true)
    for row in [3, 0, 4, 1, 2] {
      try images.writeRows(row..<(row + 1), from: (0..<6).map { UInt8(10 * row + $0) })
    }
    try images.close()
    try file.close()

    let again = try HDF5File.open(path)
    let dataset = try again.openDataset("images")
    #expect(dataset.shape == [5, 2, 3])
    #expect(
      try dataset.readRows(3..<5, as: UInt8.self) == [
        30, 31, 32, 33, 34, 35, 40, 41, 42, 43, 44, 45,
      ])
    #expect(try dataset.readRows(2..<2, as: UInt8.self) == [])
    var rows = [Float](repeating: -1, count: 6)
    try rows.withUnsafeMutableBufferPointer { try dataset.readRows(1..<2, into: $0) }
    #expect(rows == [10, 11, 12, 13, 14, 15])
    #expect(try dataset.read(as: UInt8.self).count == 30)
  }

  @Test func rowsOutsideOrOfAnotherLengthAreRefused() throws {
    let file = try HDF5File.create(try path())
    let dataset = try file.createDataset(at: "x", type: Float.self, shape: [4, 2])
    #expect(throws: HDF5Error.self) { try dataset.readRows(3..<5, as: Float.self) }
    #expect(throws: HDF5Error.self) {
      try dataset.writeRows(0..<1, from: [Float](repeating: 0, count: 3))
    }
    #expect(throws: HDF5Error.self) { try file.write([Float(1)], shape: [2], at: "y") }
    #expect(throws: HDF5Error.self) { try file.write([Float(1)], shape: [1], at: "x") }
  }

  @Test func groupsAreMadeOnTheWayAndListedByBytes() throws {
    let file = try HDF5File.create(try path())
    for name in ["b", "a10", "a2", "Z", "ä", "a.conv.0.weight"] {
      try file.write([Float(0)], shape: [1], at: "/student/\(name)")
    }
    _ = try file.makeGroup("student/sub")
    let children = try file.children("student")
    #expect(children.map(\.name) == ["Z", "a.conv.0.weight", "a10", "a2", "b", "sub", "ä"])
    #expect(
      children.map(\.kind) == [.dataset, .dataset, .dataset, .dataset, .dataset, .group, .dataset])
    #expect(try file.children().map(\.name) == ["student"])
    #expect(try file.exists("student/b"))
    #expect(try file.exists("/"))
    #expect(try !file.exists("student/c"))
    #expect(try !file.exists("student/b/c"))
    let student = try file.openGroup("student")
    #expect(try student.exists("a2"))
    #expect(try student.exists("/student/a2"))
    #expect(try student.children().count == 7)
    try student.write([Float(7)], shape: [], at: "x/y")
    #expect(try file.read("student/x/y", as: Float.self).values == [7])
  }

  @Test func attributesKeepTypeAndValue() throws {
    let path = try path()
    let file = try HDF5File.create(path)
    try file.write([Float(0)], shape: [1], at: "g/d")
    try file.writeAttribute("integer", value: Int64.min)
    try file.writeAttribute("double", value: Double.pi)
    try file.writeAttribute("float", value: Float(0.1))
    try file.writeAttribute("text", value: "Ultraschall µ – 超音波")
    try file.writeAttribute("long", value: String(repeating: "x", count: 100_000))
    try file.writeAttribute("empty", value: "")
    try file.writeAttribute("flag", value: true)
    try file.writeAttribute("doubles", on: "g", value: [1.5, -2])
    try file.writeAttribute("integers", on: "g/d", value: [Int64(1), 2, 3])
    try file.writeAttribute("texts", on: "g/d", value: ["a", "", "ß"])
    try file.writeAttribute("none", on: "g/d", value: [Double]())
    try file.writeAttribute("integer", value: Int64(42))
    try file.close()

    let again = try HDF5File.open(path)
    #expect(try again.readAttribute("integer", as: Int64.self) == 42)
    #expect(try again.readAttribute("integer", as: Double.self) == 42)
    #expect(try again.readAttribute("double", as: Double.self) == .pi)
    #expect(try again.readAttribute("float", as: Float.self) == 0.1)
    #expect(try again.readAttribute("text", as: String.self) == "Ultraschall µ – 超音波")
    #expect(try again.readAttribute("long", as: String.self).utf8.count == 100_000)
    #expect(try again.readAttribute("empty", as: String.self) == "")
    #expect(try again.readAttribute("flag", as: Bool.self))
    #expect(try again.readAttribute("doubles", on: "g", as: [Double].self) == [1.5, -2])
    #expect(try again.readAttribute("integers", on: "g/d", as: [Int64].self) == [1, 2, 3])
    #expect(try again.readAttribute("texts", on: "g/d", as: [String].self) == ["a", "", "ß"])
    #expect(try again.readAttribute("none", on: "g/d", as: [Double].self) == [])
    #expect(try again.attributeNames("g/d") == ["integers", "none", "texts"])
    #expect(throws: HDF5Error.self) { try again.readAttribute("text", as: Int64.self) }
    #expect(throws: HDF5Error.self) { try again.readAttribute("absent", as: Int64.self) }
    #expect(throws: HDF5Error.self) { try again.readAttribute("doubles", on: "g", as: Double.self) }
  }

  @Test func stringDatasetsKeepUTF8() throws {
    let path = try path()
    let names = ["benign_0001.png", "", "größe.png", "超音波.png"]
    let file = try HDF5File.create(path)
    try file.writeStrings(names, at: "names")
    try file.writeStrings([], at: "none")
    #expect(throws: HDF5Error.self) { try file.writeStrings(["a\0b"], at: "zero") }
    try file.close()
    let again = try HDF5File.open(path)
    #expect(try again.readStrings("names") == names)
    #expect(try again.readStrings("none") == [])
    #expect(try again.elementType("names") == .string)
    #expect(throws: HDF5Error.self) { try again.read("names", as: Float.self) }
  }

  @Test func theSameContentGivesTheSameBytes() throws {
    func make(_ name: String) throws -> [UInt8] {
      let file = try HDF5File.create(try path(name))
      try file.write(
        [Float](repeating: 0.25, count: 5000), shape: [50, 100], at: "a/b/c", chunk: [7, 100],
        fletcher32: true)
      try file.writeStrings(["eins", "zwei"], at: "names")
      for index in 0..<20 {
        try file.writeAttribute("attribute \(index)", on: "a", value: "\(index)")
      }
      try file.writeAttribute("flag", value: false)
      try file.close()
      return try #require(folder).read(name)
    }
    let first = try make("first.h5")
    // Times have a resolution of one second.
    var now = timespec(tv_sec: 1, tv_nsec: 100_000_000)
    nanosleep(&now, nil)
    #expect(try make("second.h5") == first)
  }

  /// Chunks are stored whole: the last one may not be mostly empty.
  @Test(arguments: [[256, 256, 3, 3], [300_000], [2, 1 << 19]])
  func checksumsTakeLittleRoom(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let values = (0..<count).map(Float.init)
    let file = try HDF5File.create(try path())
    try file.write(values, shape: shape, at: "values", fletcher32: true)
    try file.close()
    #expect(FileSystem.size(try path()) < count * 4 * 51 / 50 + 8192)
    #expect(try HDF5File.open(try path()).read("values", as: Float.self).values == values)
  }

  @Test func aReplacementAppearsOnlyWhenCommitted() throws {
    let target = try path("target.h5")
    for value in [Float(1), 2] {
      let replacement = FileReplacement(of: target)
      let file = try HDF5File.create(replacement.temporaryPath)
      try file.write([value], shape: [1], at: "x")
      try file.close()
      try replacement.synchronize()
      try replacement.commit()
    }
    do {
      let abandoned = FileReplacement(of: target)
      let file = try HDF5File.create(abandoned.temporaryPath)
      try file.close()
    }
    #expect(try HDF5File.open(target).read("x", as: Float.self).values == [2])
    #expect(try #require(folder).partialFiles().isEmpty)
  }
}
