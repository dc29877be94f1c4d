import Imaging
import TestSupport
import Testing

@Suite struct RealImageTests {
  /// Real numbers follow the same rule as 8-bit pixels, which golden values hold to Pillow's.
  @Test(arguments: [(40, 24), (11, 90), (5, 7), (23, 17), (23, 30), (9, 17)])
  func resizesLikeAGrayImage(width: Int, height: Int) {
    let gray = PNGTests.image(PNGTests.gray)
    let real = RealImage(
      width: gray.width, height: gray.height, pixels: gray.pixels.map(Float.init))
    let expected = gray.resized(width: width, height: height).pixels
    let result = real.resized(width: width, height: height)
    #expect(result.width == width && result.height == height)
    // Gray images are rounded after each of the two passes.
    #expect(zip(expected, result.pixels).allSatisfy { abs(Float($0) - $1) < 1.01 })
  }

  @Test func keepsSignsAndItsOwnSize() {
    let image = RealImage(width: 2, height: 1, pixels: [-3, 1])
    #expect(image.resized(width: 2, height: 1) == image)
    #expect(image.resized(width: 4, height: 2).pixels == [-3, -2, 0, 1, -3, -2, 0, 1])
  }

  @Test func sixteenBitsAreWrittenAndRead() throws {
    let folder = try TemporaryFolder()
    let samples: [UInt16] = [0, 255, 256, 32_767, 32_768, 65_535]
    try PNG.encode(sixteenBit: samples, width: 3, height: 2, to: folder.file("map.png"))
    let bytes = try folder.read("map.png")
    #expect(bytes[24] == 16 && bytes[25] == 0, "16 bits, gray")
    let decoded = try PNG.decode(path: folder.file("map.png"))
    #expect(decoded.notes == [PNG.sixteenBitNote])
    #expect(decoded.image.pixels == samples.map { UInt8((Double($0) * 255 / 65_535).rounded()) })
  }
}
