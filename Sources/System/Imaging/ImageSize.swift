/// Width and height in pixels.
public struct ImageSize: Equatable, Sendable {
  /// The largest side and the largest number of pixels that are decoded.
  public static let maximumSide = 16_384
  public static let maximumPixels = 64 * 1024 * 1024

  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Refuses a size before memory is taken for it.
  func requireBounded() throws(ImagingError) {
    guard max(width, height) <= ImageSize.maximumSide, width * height <= ImageSize.maximumPixels
    else {
      throw ImagingError(
        .tooLarge,
        reason: "\(width) × \(height) pixels are too many (at most \(ImageSize.maximumSide)"
          + " a side and \(ImageSize.maximumPixels) in all); make it smaller")
    }
  }
}
