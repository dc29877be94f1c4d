import Foundation
import Imaging
import TestSupport
import Testing

/// Bad files: one clear line that names the file.
@Suite struct PNGDamageTests {
  let good: [UInt8]
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var image = GrayImage(width: 40, height: 30)
    for index in image.pixels.indices {
      image.pixels[index] = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 7)
    }
    good = try PNG.encode(image)
  }

  func error(of bytes: [UInt8]) throws -> ImagingError? {
    try folder.write(bytes, to: "bad.png")
    let path = folder.file("bad.png")
    let error = #expect(throws: ImagingError.self) { try PNG.decode(path: path) }
    #expect(error?.path == path)
    #expect(error?.description.hasPrefix(path + ": ") == true)
    #expect(error?.description.contains("\n") == false)
    return error
  }

  @Test func truncatedAnywhere() throws {
    for count in stride(from: 1, to: good.count, by: 13) + [good.count - 1] {
      #expect(try error(of: Array(good.prefix(count)))?.kind == .truncated, "\(count) bytes")
    }
  }

  @Test func checksums() throws {
    var header = good
    header[30] ^= 1
    #expect(try error(of: header)?.kind == .damaged)
    var data = good
    data[good.count / 2] ^= 0x10
    #expect(try error(of: data)?.kind == .damaged)
    var checksum = good
    checksum[good.count - 13] ^= 1
    #expect(try error(of: checksum)?.reason.contains("CRC") == true)
  }

  @Test func notPNG() throws {
    #expect(try error(of: [])?.reason == "the file is empty")
    #expect(try error(of: Array("GIF89a, surely".utf8))?.kind == .unknownFormat)
    #expect(try error(of: [0xFF, 0xD8, 0xFF, 0xE0])?.kind == .unknownFormat)
  }

  @Test func missingOrFolder() throws {
    let missing = #expect(throws: ImagingError.self) {
      try PNG.decode(path: folder.file("none.png"))
    }
    #expect(missing?.description.contains("No such file") == true)
    let wrong = #expect(throws: ImagingError.self) { try PNG.size(path: folder.path) }
    #expect(wrong?.kind == .unreadable)
  }

  /// The header is believed only so far: nothing of this size is allocated.
  @Test(arguments: [(0xFFFF_FFFF, 1), (20_000, 20_000), (16_384, 8_192), (0, 5)])
  func size(_ width: UInt32, _ height: UInt32) throws {
    var bytes = good
    for (index, value) in [width, height].enumerated() {
      for byte in 0..<4 {
        bytes[16 + 4 * index + byte] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * byte))
      }
    }
    #expect(try error(of: bytes)?.kind == (width == 0 ? .damaged : .tooLarge))
  }

  @Test func colourTypeThatIsNone() throws {
    var bytes = good
    bytes[25] = 1
    #expect(try error(of: bytes)?.kind == .damaged)
  }

  @Test func failedWritingLeavesNothing() throws {
    let error = #expect(throws: ImagingError.self) {
      try PNG.encode(GrayImage(width: 2, height: 2), to: folder.file("no/such/folder.png"))
    }
    #expect(error?.kind == .unwritable)
    try folder.makeFolder("taken.png")
    #expect(throws: ImagingError.self) {
      try PNG.encode(GrayImage(width: 2, height: 2), to: folder.file("taken.png"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken.png"])
  }
}
