import Imaging
import TestSupport
import Testing

/// One picture, in every form that PNG knows (Tests/Fixtures/png).
@Suite struct PNGTests {
  static let width = 23
  static let height = 17

  static func fixture(_ name: String) -> String {
    let root = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    return "\(root)/Fixtures/png/\(name).png"
  }

  static func image(_ level: (_ x: Int, _ y: Int) -> Int) -> GrayImage {
    var image = GrayImage(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        image[x: x, y: y] = UInt8(level(x, y))
      }
    }
    return image
  }

  static func gray(_ x: Int, _ y: Int) -> Int { (9 * x + 5 * y) % 256 }

  /// Pillow's weights: 0.299, 0.587 and 0.114 in 16-bit fixed point.
  static func luma(_ red: Int, _ green: Int, _ blue: Int) -> Int {
    (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16
  }

  static func colour(_ x: Int, _ y: Int) -> Int {
    luma(11 * x % 256, 15 * y % 256, (3 * x * y + 7) % 256)
  }

  static func palette(_ index: Int) -> Int {
    luma(7 * index % 256, (13 * index + 40) % 256, 255 - index)
  }

  static func sixteenBits(_ x: Int, _ y: Int) -> Int {
    let value = min(gray(x, y) * 257 + (37 * x + 91 * y) % 200, 65535)
    return Int((Double(value) * 255 / 65535).rounded())
  }

  @Test(arguments: ["", "_interlaced"])
  func everyForm(_ suffix: String) throws {
    let expected = [
      "gray1": Self.image { Self.gray($0, $1) >> 7 * 255 },
      "gray2": Self.image { Self.gray($0, $1) >> 6 * 85 },
      "gray4": Self.image { Self.gray($0, $1) >> 4 * 17 },
      "gray8": Self.image(Self.gray), "gray_alpha8": Self.image(Self.gray),
      "gray16": Self.image(Self.sixteenBits), "gray_alpha16": Self.image(Self.sixteenBits),
      "rgb8": Self.image(Self.colour), "rgba8": Self.image(Self.colour),
      "rgb16": Self.image(Self.colour),
      "palette8": Self.image { Self.palette(Self.gray($0, $1)) },
      "palette4": Self.image { Self.palette(Self.gray($0, $1) >> 4) },
    ]
    for (name, image) in expected {
      let decoded = try PNG.decode(path: Self.fixture(name + suffix))
      let isEqual = decoded.image == image
      #expect(isEqual, "\(name)\(suffix)")
      #expect(decoded.notes == (name.hasSuffix("16") ? [PNG.sixteenBitNote] : []))
    }
  }

  @Test(arguments: [
    ("gray8_chunks", "gray8"), ("gray8_gamma", "gray8"), ("rgb8_chunks", "rgb8"),
    ("palette8_transparent", "palette8"),
  ])
  func ancillaryChunksChangeNothing(_ name: String, _ plain: String) throws {
    #expect(
      try PNG.decode(path: Self.fixture(name)) == PNG.decode(path: Self.fixture(plain)))
  }

  @Test func interlacedPassesMayBeEmpty() throws {
    let pixel = try PNG.decode(path: Self.fixture("gray8_1x1_interlaced")).image
    #expect(pixel == GrayImage(width: 1, height: 1, repeating: 77))
    let row = try PNG.decode(path: Self.fixture("gray8_5x2_interlaced")).image
    #expect(row == GrayImage(width: 5, height: 2, pixels: (0..<10).map { $0 * 20 }))
  }

  @Test func sixteenBitsAreRounded() throws {
    let scaled = try PNG.decode(path: Self.fixture("gray16_edges"))
    #expect(scaled.image.pixels == [0, 0, 1, 127, 128, 255])
  }

  @Test func sizeComesFromTheHeader() throws {
    let size = try PNG.size(path: Self.fixture("rgb16_interlaced"))
    #expect(size == ImageSize(width: 23, height: 17))
  }

  @Test func roundTrip() throws {
    let folder = try TemporaryFolder()
    let gray = Self.image(Self.gray)
    try PNG.encode(gray, to: folder.file("gray.png"))
    #expect(try PNG.decode(path: folder.file("gray.png")).image == gray)
    #expect(try folder.read("gray.png") == PNG.encode(gray))

    var color = RGBImage(gray)
    color[x: 3, y: 5] = RGBImage.Color(red: 255, green: 0, blue: 10)
    try PNG.encode(color, to: folder.file("color.png"))
    #expect(try PNG.decode(path: folder.file("color.png")).image == GrayImage(color))
    #expect(color[x: 3, y: 5].blue == 10)
    try PNG.encode(gray, to: folder.file("color.png"))
    #expect(try folder.read("color.png") == PNG.encode(gray))
  }

  /// More than one stored block (65,535 bytes), and rows that chunks and blocks cut anywhere.
  @Test(arguments: [1, 999, 65_535, 1 << 20]) func dataMayBeCutAnywhere(length: Int) throws {
    var image = GrayImage(width: 401, height: 331)
    for index in image.pixels.indices {
      image.pixels[index] = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 9)
    }
    let plain = PlainPNG.gray(width: 401, height: 331, pixels: image.pixels)
    for file in [plain, try PNG.encode(image)] {
      let cut = PlainPNG.split(file, intoDataOf: length)
      #expect(try ImageFile.decode(bytes: cut).gray().image == image)
    }
  }
}
