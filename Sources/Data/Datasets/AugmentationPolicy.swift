import Imaging
import RandomNumbers

/// How training images are varied, on 8-bit pixels at the training size ("The method", data).
public struct AugmentationPolicy: Sendable {
  /// Whether labeled images may get changes of gray values, and images changes of geometry.
  public var strong: Bool
  public var weak: Bool
  /// Draws: the most of them where the number is random, or exactly as many.
  public var strongCount: Int
  public var weakCount: Int
  public var randomStrongCount: Bool
  public var randomWeakCount: Bool

  public init(
    strong: Bool, weak: Bool, strongCount: Int = 9, weakCount: Int = 4,
    randomStrongCount: Bool = true, randomWeakCount: Bool = true
  ) {
    self.strong = strong
    self.weak = weak
    self.strongCount = strongCount
    self.weakCount = weakCount
    self.randomStrongCount = randomStrongCount
    self.randomWeakCount = randomWeakCount
  }

  /// Half the time strong, else weak; where one of them is off, always the other.
  public func labeled(_ pair: MaskedImage, _ stream: inout RandomStream) -> MaskedImage {
    switch (strong, weak) {
    case (true, true): stream.chance(0.5) ? strengthened(pair, &stream) : moved(pair, &stream)
    case (true, false): strengthened(pair, &stream)
    case (false, true): moved(pair, &stream)
    case (false, false): pair
    }
  }

  /// Always weak.
  public func unlabeled(_ pair: MaskedImage, _ stream: inout RandomStream) -> MaskedImage {
    weak ? moved(pair, &stream) : pair
  }

  // MARK: Strong

  private func strengthened(_ pair: MaskedImage, _ stream: inout RandomStream) -> MaskedImage {
    var result = pair
    let draws = randomStrongCount ? stream.integer(in: 1..<(strongCount + 1)) : strongCount
    for _ in 0..<draws { result.image = Self.changeTones(result.image, &stream) }
    return result
  }

  /// One of nine operations, each as likely.
  private static func changeTones(_ image: GrayImage, _ stream: inout RandomStream) -> GrayImage {
    func factor() -> Float { Float(stream.uniform(in: 0.75..<1.25)) }
    switch stream.integer(below: 9) {
    case 0: return image
    case 1: return image.autocontrast()
    case 2: return image.equalized()
    case 3: return image.gaussianBlur(sigma: factor())
    case 4: return image.contrast(factor())
    case 5: return image.brightness(factor())
    case 6: return image.sharpness(factor())
    case 7: return image.posterized(bits: stream.integer(in: 4..<8))
    default: return image.solarized(threshold: stream.integer(in: 1..<256))
    }
  }

  // MARK: Weak

  private func moved(_ pair: MaskedImage, _ stream: inout RandomStream) -> MaskedImage {
    var result = pair
    let draws = randomWeakCount ? stream.integer(in: 1..<(weakCount + 1)) : weakCount
    for _ in 0..<draws { Self.changeGeometry(&result, &stream) }
    return result
  }

  /// Resized crop, horizontal flip, vertical flip or nothing, each as likely.
  private static func changeGeometry(_ pair: inout MaskedImage, _ stream: inout RandomStream) {
    switch stream.integer(below: 4) {
    case 0: crop(&pair, &stream)
    case 1:
      pair.image = pair.image.flippedHorizontally()
      pair.mask = pair.mask.flippedHorizontally()
    case 2:
      pair.image = pair.image.flippedVertically()
      pair.mask = pair.mask.flippedVertically()
    default: break
    }
  }

  /// A square of an area share in [0.8, 1.2), redrawn while larger than the image; after ten tries
  /// the whole image.
  private static func crop(_ pair: inout MaskedImage, _ stream: inout RandomStream) {
    let size = pair.image.width
    for _ in 0..<10 {
      let area = stream.uniform(in: 0.8..<1.2)
      let side = Int((Double(size) * area.squareRoot()).rounded())
      guard side <= size else { continue }
      let top = stream.integer(below: size - side + 1)
      let left = stream.integer(below: size - side + 1)
      pair.image = pair.image.resizedCrop(
        x: left, y: top, width: side, height: side, side: size)
      pair.mask = pair.mask.resizedCrop(
        x: left, y: top, width: side, height: side, side: size, interpolation: .nearest)
      return
    }
  }
}
