/// Which stored values become black and white.
public enum GrayWindow: Equatable, Sendable {
  /// The range of the sample's bits; of 16-bit images that hold less than 8 or 12 bits, that of these.
  case automatic
  /// The range of the sample's bits.
  case full
  /// From `low`, black, to `high`, white, and everything beyond clipped; for files whose samples have
  /// the bits for `high`, the others as they are.
  case range(low: Int, high: Int)
}

/// `auto`, `full`, or `100:4095`.
extension GrayWindow: LosslessStringConvertible {
  public init?(_ text: String) {
    switch text {
    case "auto": self = .automatic
    case "full": self = .full
    default:
      let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count == 2, let low = ends[0], let high = ends[1], 0 <= low, low < high,
        high <= 65_535
      else { return nil }
      self = .range(low: low, high: high)
    }
  }

  public var description: String {
    switch self {
    case .automatic: "auto"
    case .full: "full"
    case .range(let low, let high): "\(low):\(high)"
    }
  }
}

extension GrayWindow {
  /// The values that become black and white, and what is to be said about it.
  ///
  /// - Parameter brightest: the largest sample of the image.
  func levels(of image: StoredImage, brightest: Int) -> (low: Int, high: Int, note: String?) {
    let all = image.maximum
    switch self {
    case .range(_, let high) where high > all:
      return (
        0, all, "the image has \(image.bitDepth) bits a sample: --window \(self) leaves it as it is"
      )
    case .range(let low, let high):
      return (low, high, "values were scaled to 8 bits as --window \(self) says")
    case .automatic where image.bitDepth == 16 && brightest < 4096:
      let (bits, high) = brightest < 256 ? (8, 255) : (12, 4095)
      return (
        0, high,
        "16-bit samples hold only \(bits)-bit values (none above \(high)) and were scaled as such"
          + " (value × 255 / \(high)); --window full or LOW:HIGH scales all images alike"
      )
    case .automatic, .full:
      return (0, all, image.bitDepth == 16 ? PNG.sixteenBitNote : nil)
    }
  }
}
