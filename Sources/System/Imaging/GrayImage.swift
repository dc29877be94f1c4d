/// An 8-bit gray image (or a mask), row by row.
public struct GrayImage: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// Row-major, `width * height` bytes.
  public var pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height, "pixels do not fit")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  public init(width: Int, height: Int, repeating value: UInt8 = 0) {
    self.init(
      width: width, height: height, pixels: [UInt8](repeating: value, count: width * height))
  }

  public subscript(x x: Int, y y: Int) -> UInt8 {
    get { pixels[y * width + x] }
    set { pixels[y * width + x] = newValue }
  }
}
