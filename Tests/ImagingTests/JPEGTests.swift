import Digests
import Foundation
import Imaging
import TestSupport
import Testing

/// Made-up pictures (Tests/Fixtures/jpeg) have the pixels of Pillow 13.0.0, libjpeg-turbo 3.2.0, as
/// `Image.open(path).convert("L")`.
@Suite struct JPEGTests {
  static let digests = [
    ("exif_rotated", "95aeac6098ce002665031f534631d5feeb9e4ba7ed2061a12444bb0d876fa8f7"),
    ("gray", "850f12baf2d4563df7508307d9d3aa46a3b63bfb703963abf8646fc8b11295b1"),
    ("gray_progressive", "9d267e4fc217277fb5dc2572343d7fbd68bd816abcdf93c7fa3852b849a48290"),
    ("rgb420", "2ce049cc91b832ed979e5a726e67ff8c65099bca4efc7b7009ba77e552ab0784"),
    ("rgb420_progressive", "2ce049cc91b832ed979e5a726e67ff8c65099bca4efc7b7009ba77e552ab0784"),
    ("rgb420_restarts", "2ce049cc91b832ed979e5a726e67ff8c65099bca4efc7b7009ba77e552ab0784"),
    ("rgb422", "2ed9435ddc9ea0f4b4104975095135cfcc2171893e2b5fdb97928ea1cf7cc2eb"),
    ("rgb444", "44efdf193bcd25c5875b37954df631068855e4ef700d8af67a8e9558c8a5f586"),
    ("rgb_untransformed", "4a61b65a7a1aa1602cdfb4c520dcd5e2d7ea03413675eb46a685afc37d43cc0d"),
  ]

  static func bytes(_ name: String) throws -> [UInt8] {
    let root = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    return [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: "\(root)/Fixtures/jpeg/\(name).jpg")))
  }

  @Test(arguments: digests) func pixelsArePillows(name: String, digest: String) throws {
    let stored = try ImageFile.decode(bytes: try Self.bytes(name))
    #expect(stored.isLossy && stored.bitDepth == 8)
    let reading = stored.gray()
    #expect(reading.image.pixels.withUnsafeBytes { SHA256.digest(of: $0) } == digest)
    #expect(reading.notes.isEmpty)
  }

  /// As with PNG, the stored pixels are what is meant: 40 × 20, though a viewer shows 20 × 40.
  @Test func orientationIsNotApplied() throws {
    let stored = try ImageFile.decode(bytes: try Self.bytes("exif_rotated"))
    #expect(stored.size == ImageSize(width: 40, height: 20))
  }

  @Test func contentDecidesNotTheName() throws {
    let folder = try TemporaryFolder()
    try folder.write(try Self.bytes("gray"), to: "a.png")
    try folder.write(try PNG.encode(GrayImage(width: 3, height: 2, repeating: 9)), to: "b.jpg")
    #expect(try ImageFile.decode(path: folder.file("a.png")).isLossy)
    #expect(!(try ImageFile.decode(path: folder.file("b.jpg")).isLossy))
  }

  @Test(arguments: [
    ("a.png", true), ("a.PNG", true), ("b.jpg", true), ("b.JPG", true), ("c.d.jpeg", true),
    ("x.JPEG", true), (".png", false), ("a.bmp", false), ("png", false), ("a.jpg.txt", false),
  ]) func namesOfImages(name: String, isImage: Bool) {
    #expect(ImageFile.isImageName(name) == isImage)
  }

  @Test func stemsLackTheEnding() {
    #expect(["a.png", "b.c.JPEG", "d"].map(ImageFile.stem) == ["a", "b.c", "d"])
  }

  private func error(_ bytes: [UInt8]) -> ImagingError? {
    #expect(throws: ImagingError.self) { try ImageFile.decode(bytes: bytes) }
  }

  @Test(arguments: ["gray", "gray_progressive", "rgb420", "rgb420_restarts"])
  func truncatedAnywhere(name: String) throws {
    let good = try Self.bytes(name)
    for count in stride(from: 3, to: good.count, by: 17) + [good.count - 2, good.count - 1] {
      #expect(error(Array(good.prefix(count)))?.kind == .truncated, "\(count) bytes")
    }
  }

  @Test func dataThatIsGoneIsNotMadeUp() throws {
    var holed = try Self.bytes("rgb420_restarts")
    holed.removeSubrange(holed.count / 2..<holed.count / 2 + 60)
    #expect(error(holed)?.kind == .damaged)
  }

  @Test func coloursOfPrintersAreRefused() throws {
    let error = error(try Self.bytes("cmyk"))
    #expect(error?.kind == .unsupported)
    #expect(error?.reason == "the JPEG cannot be read (its colours are CMYK); convert it to PNG")
  }

  /// The header is believed only so far: nothing of this size is allocated.
  @Test func sizesAreBounded() throws {
    var bytes = try Self.bytes("gray")
    // The frame header: marker, length, precision, height, width.
    let frame = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xC0]) })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(error(bytes)?.kind == .tooLarge)
  }
}
