/// A gray image of real numbers, such as a network's logits, row by row.
public struct RealImage: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// [height, width]
  public var pixels: [Float]

  public init(width: Int, height: Int, pixels: [Float]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height, "pixels do not fit")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The whole image at another size, bilinear with antialias, as Pillow's
  /// `Image.resize((width, height), BILINEAR)` of a mode-F image to the weights' 22 bits: columns
  /// first. An image of this size is returned as it is.
  public func resized(width: Int, height: Int) -> RealImage {
    let columns =
      width == self.width
      ? self
      : RealImage(width: width, height: self.height, pixels: resampledColumns(to: width))
    guard height != self.height else { return columns }
    return RealImage(width: width, height: height, pixels: columns.resampledRows(to: height))
  }

  private func resampledColumns(to target: Int) -> [Float] {
    let taps = ResamplingWeights(from: width, to: target)
    var result = [Float](repeating: 0, count: target * height)
    for y in 0..<height {
      for x in 0..<target {
        var sum: Float = 0
        for tap in 0..<taps.count[x] {
          sum += pixels[y * width + taps.first[x] + tap] * taps.real(tap, of: x)
        }
        result[y * target + x] = sum
      }
    }
    return result
  }

  private func resampledRows(to target: Int) -> [Float] {
    let taps = ResamplingWeights(from: height, to: target)
    var result = [Float](repeating: 0, count: width * target)
    for y in 0..<target {
      for tap in 0..<taps.count[y] {
        let weight = taps.real(tap, of: y)
        let row = (taps.first[y] + tap) * width
        for x in 0..<width { result[y * width + x] += pixels[row + x] * weight }
      }
    }
    return result
  }
}

extension ResamplingWeights {
  /// A weight as a real number.
  fileprivate func real(_ tap: Int, of position: Int) -> Float {
    Float(weights[position * taps + tap]) / Float(1 << Self.precision)
  }
}
