/// An 8-bit colour image, row by row, red, green and blue interleaved.
public struct RGBImage: Equatable, Sendable {
  public struct Color: Equatable, Sendable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }

    /// As gray, see `GrayImage.init(_: RGBImage)`.
    public var luma: UInt8 { GrayImage.luma(red: red, green: green, blue: blue) }
  }

  public let width: Int
  public let height: Int
  /// Row-major, `3 * width * height` bytes.
  public var samples: [UInt8]

  public init(width: Int, height: Int, samples: [UInt8]) {
    precondition(
      width > 0 && height > 0 && samples.count == 3 * width * height, "samples do not fit")
    self.width = width
    self.height = height
    self.samples = samples
  }

  /// The gray image with three equal channels.
  public init(_ gray: GrayImage) {
    let samples = [UInt8](unsafeUninitializedCapacity: 3 * gray.pixels.count) { buffer, count in
      for (index, pixel) in gray.pixels.enumerated() {
        buffer[3 * index] = pixel
        buffer[3 * index + 1] = pixel
        buffer[3 * index + 2] = pixel
      }
      count = buffer.count
    }
    self.init(width: gray.width, height: gray.height, samples: samples)
  }

  public subscript(x x: Int, y y: Int) -> Color {
    get {
      let first = 3 * (y * width + x)
      return Color(red: samples[first], green: samples[first + 1], blue: samples[first + 2])
    }
    set {
      let first = 3 * (y * width + x)
      samples[first] = newValue.red
      samples[first + 1] = newValue.green
      samples[first + 2] = newValue.blue
    }
  }
}

extension GrayImage {
  /// Luma of ITU-R BT.601 in Pillow's integer form, (19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶.
  public init(_ color: RGBImage) {
    let pixels = [UInt8](unsafeUninitializedCapacity: color.width * color.height) { buffer, count in
      color.samples.withUnsafeBufferPointer { samples in
        for index in 0..<buffer.count {
          buffer[index] = GrayImage.luma(
            red: samples[3 * index], green: samples[3 * index + 1], blue: samples[3 * index + 2])
        }
      }
      count = buffer.count
    }
    self.init(width: color.width, height: color.height, pixels: pixels)
  }

  static func luma(red: UInt8, green: UInt8, blue: UInt8) -> UInt8 {
    let sum = UInt32(red) &* 19595 &+ UInt32(green) &* 38470 &+ UInt32(blue) &* 7471 &+ 0x8000
    return UInt8(truncatingIfNeeded: sum >> 16)
  }
}
