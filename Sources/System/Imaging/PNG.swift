/// Reading and writing PNG files (ISO/IEC 15948).
public enum PNG {
  /// Said of every image whose 16 bits a sample are used.
  public static let sixteenBitNote = "16-bit samples were scaled to 8 bits (value × 255 / 65535)"

  /// Reads only the header, and checks it.
  public static func size(path: String) throws(ImagingError) -> ImageSize {
    let file = try InputFile(path: path)
    do throws(ImagingError) {
      return try Header(bytes: try file.read(upTo: Header.byteCount)).size
    } catch {
      throw error.at(path)
    }
  }

  /// Decodes a file to gray.
  ///
  /// Every colour type, bit depth and interlacing of PNG is read, see `StoredImage.gray`; gamma, profiles
  /// and other ancillary chunks change nothing. The size is checked before memory is taken.
  public static func decode(path: String) throws(ImagingError) -> GrayReading {
    let file = try InputFile(path: path)
    do throws(ImagingError) {
      let start = try file.read(upTo: Header.byteCount)
      let header = try Header(bytes: start)
      return try decode(start + file.read(upTo: header.maximumFileSize), header).gray()
    } catch {
      throw error.at(path)
    }
  }

  /// Decodes a PNG held in memory, nothing folded or scaled.
  static func decode(stored bytes: [UInt8]) throws(ImagingError) -> StoredImage {
    try decode(bytes, Header(bytes: bytes))
  }

  /// Writes the image to a temporary file beside `path` and renames it, so that a reader never
  /// sees half of it. The same image gives the same bytes.
  public static func encode(_ image: GrayImage, to path: String) throws(ImagingError) {
    try write(try encode(image), to: path)
  }

  public static func encode(_ image: RGBImage, to path: String) throws(ImagingError) {
    try write(try encode(image), to: path)
  }

  public static func encode(_ image: GrayImage) throws(ImagingError) -> [UInt8] {
    try encode(image.pixels, width: image.width, height: image.height, channels: 1)
  }

  public static func encode(_ image: RGBImage) throws(ImagingError) -> [UInt8] {
    try encode(image.samples, width: image.width, height: image.height, channels: 3)
  }

  /// Writes a gray image of 16 bits a sample, [height, width]; otherwise as `encode(_:to:)`.
  public static func encode(
    sixteenBit samples: [UInt16], width: Int, height: Int, to path: String
  ) throws(ImagingError) {
    precondition(samples.count == width * height, "the samples do not fit the size")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * samples.count)
    for sample in samples {
      bytes.append(UInt8(sample >> 8))
      bytes.append(UInt8(truncatingIfNeeded: sample))
    }
    try write(
      try encode(bytes, width: width, height: height, channels: 1, bitDepth: 16), to: path)
  }
}
