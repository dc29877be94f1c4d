import Imaging
import TestSupport
import Testing

/// Which stored values become which of 256 levels.
@Suite struct GrayWindowTests {
  /// Four pixels.
  static func reading(
    _ samples: [Int], depth: Int = 16, _ window: String = "auto"
  ) throws -> GrayReading {
    let file = PlainPNG.image(
      width: samples.count, height: 1, bitDepth: depth, colorType: 0, samples: samples)
    return try ImageFile.decode(bytes: file).gray(window: try #require(GrayWindow(window)))
  }

  @Test(arguments: [
    ([0, 255, 100, 7], "auto", [0, 255, 100, 7], "hold only 8-bit values (none above 255)"),
    ([0, 4095, 2048, 16], "auto", [0, 255, 128, 1], "hold only 12-bit values (none above 4095)"),
    ([0, 65535, 32768, 4096], "auto", [0, 255, 128, 16], "value × 255 / 65535"),
    ([0, 255, 4095, 65535], "full", [0, 1, 16, 255], "value × 255 / 65535"),
    ([0, 100, 200, 60000], "100:300", [0, 0, 128, 255], "as --window 100:300 says"),
  ]) func sixteenBits(samples: [Int], window: String, levels: [UInt8], note: String) throws {
    let reading = try Self.reading(samples, window)
    #expect(reading.image.pixels == levels)
    #expect(reading.notes.count == 1 && reading.notes[0].contains(note), "\(reading.notes)")
  }

  @Test func eightBitsStayAsTheyAre() throws {
    for window in ["auto", "full"] {
      let reading = try Self.reading([3, 200, 99, 0], depth: 8, window)
      #expect(
        reading == GrayReading(image: GrayImage(width: 4, height: 1, pixels: [3, 200, 99, 0])))
    }
    let cut = try Self.reading([3, 200, 99, 0], depth: 8, "100:200")
    #expect(cut.image.pixels == [0, 255, 0, 0])
  }

  /// Of a set with files of both kinds those of 8 bits do not turn black.
  @Test func aWindowBeyondTheBitsChangesNothing() throws {
    let reading = try Self.reading([3, 200, 99, 0], depth: 8, "0:4095")
    #expect(reading.image.pixels == [3, 200, 99, 0])
    #expect(reading.notes == ["the image has 8 bits a sample: --window 0:4095 leaves it as it is"])
  }

  @Test func wherePeopleSeeNothingIsSaid() throws {
    #expect(
      try Self.reading([0, 1, 9, 4], depth: 8).notes
        == ["the image is nearly black: no pixel is above 15 of 255"])
    #expect(
      try Self.reading([7, 7, 7, 7], depth: 8).notes == ["every pixel of the image is 7 of 255"])
    #expect(
      try Self.reading([0, 5000, 9, 4]).notes.last
        == "the image is nearly black: no pixel is above 31 of 255")
    #expect(try Self.reading([0, 32, 9, 4], depth: 8).notes.isEmpty)
  }
}
