/// An image as its file has it: samples, palette and alpha, before anything is folded to 8-bit gray.
public struct StoredImage: Equatable, Sendable {
  /// What the samples of a pixel are.
  public enum Content: Equatable, Sendable {
    /// One level.
    case gray
    /// One index into these colours, 256 of them; black where the file names none.
    case palette([PaletteColor])
    /// Red, green and blue.
    case rgb
  }

  /// A colour of a palette; `alpha` 255 is opaque.
  public struct PaletteColor: Equatable, Sendable {
    public var color: RGBImage.Color
    public var alpha: UInt8
  }

  /// Samples of up to 8 and of 16 bits, [height, width, channels].
  public enum Samples: Equatable, Sendable {
    case bytes([UInt8])
    case words([UInt16])
  }

  public var size: ImageSize
  public var content: Content
  /// Whether alpha follows the other samples of each pixel.
  public var hasAlpha: Bool
  /// Bits of a stored sample: 1, 2, 4, 8 or 16.
  public var bitDepth: Int
  /// Whether values are only near those that were meant, as in a JPEG.
  public var isLossy: Bool
  public var samples: Samples

  /// Samples of a pixel, alpha among them.
  public var channels: Int { (content == .rgb ? 3 : 1) + (hasAlpha ? 1 : 0) }

  /// The largest value of a sample.
  public var maximum: Int { 1 << bitDepth - 1 }
}
