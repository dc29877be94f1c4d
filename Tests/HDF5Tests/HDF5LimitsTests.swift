import HDF5
import TestSupport
import Testing

/// What a file from elsewhere may ask of its reader has an end.
@Suite struct HDF5LimitsTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("a.h5") }

  init() throws { folder = try TemporaryFolder() }

  private func complaint(_ make: (borrowing HDF5File) throws -> Void) throws -> HDF5Error? {
    let file = try HDF5File.create(path)
    try make(file)
    try file.close()
    let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path).descendants() }
    #expect(error?.kind == .damaged)
    return error
  }

  @Test func groupsInGroups() throws {
    let path = (0..<40).map { "g\($0)" }.joined(separator: "/")
    let error = try complaint { _ = try $0.makeGroup(path) }
    #expect(error?.description.contains("lies more than 32 groups deep") == true)
  }

  /// Each of them alone would be read.
  @Test func arraysThatTogetherDeclareTooMuch() throws {
    let error = try complaint { file in
      for index in 0..<6 {
        try file.createDataset(at: "a\(index)", type: UInt8.self, shape: [60 << 20]).close()
      }
    }
    #expect(error?.objectPath == "/a4")
    #expect(error?.description.contains("more bytes than the file can hold") == true)
  }

  @Test func aChunkThatIsLargerThanTheFile() throws {
    let error = try complaint { file in
      try file.createDataset(
        at: "x", type: Double.self, shape: [1 << 27], chunk: [1 << 27], fletcher32: true
      ).close()
    }
    #expect(error?.objectPath == "/x")
    #expect(error?.description.contains("declares 1073741824 bytes") == true)
  }

  /// What is being written may become as large as its writer likes.
  @Test func largeArraysCanBeMade() throws {
    let file = try HDF5File.create(path)
    let array = try file.createDataset(
      at: "x", type: UInt8.self, shape: [100, 1 << 20], chunk: [1, 1 << 20], fletcher32: true)
    let row = [UInt8](repeating: 3, count: 1 << 20)
    for index in 0..<100 { try array.writeRows(index..<(index + 1), from: row) }
    try array.close()
    try file.close()
    #expect(try HDF5File.open(path).openDataset("x").readRows(99..<100, as: UInt8.self) == row)
    #expect(try HDF5File.open(path).descendants() == ["x"])
  }
}
