/// Reading image files of any kind that is known.
public enum ImageFile {
  /// Whether a file of this name is taken for an image, by its ending in small or capital letters.
  public static func isImageName(_ name: String) -> Bool { ending(of: name) != nil }

  /// The name without the ending of an image; as it is where it has none.
  public static func stem(_ name: String) -> String {
    ending(of: name).map { String(name.dropLast($0.count)) } ?? name
  }

  private static func ending(of name: String) -> String? {
    let lowercased = name.lowercased()
    return [".png", ".jpg", ".jpeg"].first {
      lowercased.hasSuffix($0) && name.utf8.count > $0.utf8.count
    }
  }

  /// Decodes a PNG or JPEG held in memory, told apart by its content.
  ///
  /// Orientation, gamma, profiles and other ancillary data change nothing. The size is checked before
  /// memory is taken.
  public static func decode(bytes: [UInt8]) throws(ImagingError) -> StoredImage {
    JPEG.recognizes(bytes) ? try JPEG.decode(bytes: bytes) : try PNG.decode(stored: bytes)
  }

  /// Decodes a file; see `decode(bytes:)`.
  public static func decode(path: String) throws(ImagingError) -> StoredImage {
    let file = try InputFile(path: path)
    do throws(ImagingError) {
      return try decode(bytes: try file.read(upTo: largestFile))
    } catch {
      throw error.at(path)
    }
  }

  /// Bytes; more than any image of `ImageSize.maximumPixels` needs.
  public static let largestFile = 16 * ImageSize.maximumPixels
}
