/// Pictures of a segmentation: the truth in red, the prediction in green, both in yellow.
public struct Overlay: Sendable {
  public enum Style: Sendable {
    /// Only the edges, in full colour.
    case outline
    /// The whole area: half transparent on an image, in full colour alone.
    case area
  }

  public var style: Style

  public init(style: Style = .outline) {
    self.style = style
  }

  /// - Parameters:
  ///   - truth: mask of the image's size, not zero in the foreground; nil where there is none
  ///   - prediction: the same
  ///   - image: what is drawn on
  public func drawing(
    truth: GrayImage?, prediction: GrayImage?, on image: GrayImage
  ) -> RGBImage {
    draw(truth, prediction, on: RGBImage(image), opacity: style == .area ? 0.5 : 1)
  }

  /// The masks alone, on black.
  public func drawing(truth: GrayImage, prediction: GrayImage) -> RGBImage {
    let black = GrayImage(width: truth.width, height: truth.height)
    return draw(truth, prediction, on: RGBImage(black), opacity: 1)
  }

  private func draw(
    _ truth: GrayImage?, _ prediction: GrayImage?, on background: RGBImage, opacity: Double
  ) -> RGBImage {
    let red = truth.map { marked($0, background) }
    let green = prediction.map { marked($0, background) }
    var result = background
    for pixel in 0..<background.width * background.height {
      let isTrue = red.map { $0[pixel] != 0 } ?? false
      let isPredicted = green.map { $0[pixel] != 0 } ?? false
      guard isTrue || isPredicted else { continue }
      for (channel, isOn) in [isTrue, isPredicted, false].enumerated() {
        let sample = Double(result.samples[3 * pixel + channel]) * (1 - opacity)
        result.samples[3 * pixel + channel] = UInt8(sample + (isOn ? 255 * opacity : 0))
      }
    }
    return result
  }

  private func marked(_ mask: GrayImage, _ image: RGBImage) -> [UInt8] {
    precondition(
      mask.width == image.width && mask.height == image.height, "the mask is of another size")
    switch style {
    case .area: return mask.pixels
    case .outline: return edges(of: mask.pixels, width: mask.width, height: mask.height)
    }
  }
}
