import Imaging
import Testing

/// What must hold for any image.
@Suite struct ImageOperationTests {
  static func image(_ width: Int, _ height: Int) -> GrayImage {
    var random = RandomMasks(seed: UInt64(width * 1000 + height))
    return random.image(width: width, height: height)
  }

  @Test(arguments: [(1, 1), (5, 3), (64, 48)])
  func flipsUndoThemselves(_ width: Int, _ height: Int) {
    let image = Self.image(width, height)
    #expect(image.flippedHorizontally().flippedHorizontally() == image)
    #expect(image.flippedVertically().flippedVertically() == image)
    let x = width / 3
    #expect(image.flippedHorizontally()[x: width - 1 - x, y: 0] == image[x: x, y: 0])
    #expect(image.flippedVertically()[x: x, y: height - 1] == image[x: x, y: 0])
  }

  @Test func factorOneAndFullDepthChangeNothing() {
    let image = Self.image(31, 22)
    #expect(image.contrast(1) == image)
    #expect(image.brightness(1) == image)
    #expect(image.sharpness(1) == image)
    #expect(image.posterized(bits: 8) == image)
    #expect(image.solarized(threshold: 256) == image)
    #expect(image.gaussianBlur(sigma: 0) == image)
    #expect(image.resized(width: 31, height: 22) == image)
    #expect(image.resizedNearest(width: 31, height: 22) == image)
  }

  @Test func constantImagesStayConstant() {
    let flat = GrayImage(width: 19, height: 14, repeating: 93)
    #expect(flat.autocontrast() == flat)
    #expect(flat.equalized() == flat)
    #expect(flat.contrast(1.7) == flat)
    #expect(flat.sharpness(1.7) == flat)
    #expect(
      flat.resizedCrop(x: 3, y: 2, width: 7, height: 9, side: 19).pixels.allSatisfy { $0 == 93 })
    #expect(flat.gaussianBlur(sigma: 1.1) == flat)
    #expect(flat.gaussianBlur(sigma: 9) == flat)
  }

  @Test func croppingIsResizingTheCropAlone() {
    let image = Self.image(50, 40)
    var crop = GrayImage(width: 21, height: 30)
    for y in 0..<30 {
      for x in 0..<21 {
        crop[x: x, y: y] = image[x: x + 17, y: y + 6]
      }
    }
    for side in [8, 21, 30, 33] {
      #expect(
        image.resizedCrop(x: 17, y: 6, width: 21, height: 30, side: side)
          == crop.resized(width: side, height: side))
      #expect(
        image.resizedCrop(x: 17, y: 6, width: 21, height: 30, side: side, interpolation: .nearest)
          == crop.resizedNearest(width: side, height: side))
    }
  }

  @Test func nearestMakesNoNewValues() {
    let mask = GrayImage(
      width: 37, height: 29, pixels: Self.image(37, 29).pixels.map { $0 < 128 ? 0 : 255 })
    #expect(mask.resizedNearest(width: 256, height: 200).pixels.allSatisfy { $0 % 255 == 0 })
    #expect(mask.resizedNearest(width: 74, height: 58)[x: 73, y: 57] == mask[x: 36, y: 28])
  }

  @Test func smallestImages() {
    for (width, height) in [(1, 1), (2, 2), (1, 7), (7, 2)] {
      let image = Self.image(width, height)
      #expect(image.gaussianBlur(sigma: 1).pixels.count == width * height)
      #expect(image.sharpness(0.75) == image || (width > 2 && height > 2))
      #expect(image.resized(width: 5, height: 3).pixels.count == 15)
    }
  }

  @Test func histogramCountsEveryPixel() {
    let image = GrayImage(width: 5, height: 1, pixels: [7, 7, 255, 0, 7])
    #expect(image.histogram[7] == 3)
    #expect(image.histogram[255] == 1)
    #expect(image.histogram.reduce(0, +) == 5)
  }

  static func pattern(_ width: Int, _ height: Int) -> GrayImage {
    GrayImage(
      width: width, height: height,
      pixels: (0..<width * height).map {
        UInt8(truncatingIfNeeded: $0 % width * 37 + $0 / width * 91)
      })
  }

  /// Pillow 13 resizes rows before columns here; the other order differs by one level in places.
  @Test func tallImagesShrinkVerticallyFirst() {
    #expect(
      Self.pattern(6, 23).resized(width: 5, height: 4).pixels == [
        104, 119, 112, 124, 119, 135, 137, 135, 124, 138,
        138, 127, 134, 133, 132, 123, 137, 122, 130, 122,
      ])
  }

  /// From Pillow 13; the box is wider than half the image.
  @Test func wideBlurOfASmallImage() {
    #expect(
      Self.pattern(7, 9).gaussianBlur(sigma: 3).pixels == [
        95, 100, 108, 116, 125, 133, 138, 99, 103, 110, 117, 124, 131, 135,
        104, 107, 112, 118, 123, 128, 132, 110, 112, 115, 119, 123, 126, 129,
        116, 117, 119, 121, 122, 124, 126, 123, 122, 123, 123, 123, 123, 124,
        128, 127, 126, 125, 124, 123, 123, 133, 131, 129, 127, 125, 123, 123,
        136, 134, 131, 129, 126, 124, 123,
      ])
  }
}
