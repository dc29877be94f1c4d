/// An image and its mask of 0 and 1, of one size: what data sets, augmentation and training hand on.
public struct MaskedImage: Equatable, Sendable {
  public var image: GrayImage
  /// 0 = background, 1 = lesion; zeros where nobody outlined the image.
  public var mask: GrayImage

  public init(image: GrayImage, mask: GrayImage) {
    precondition(
      image.width == mask.width && image.height == mask.height, "a mask of another size")
    self.image = image
    self.mask = mask
  }

  /// A square image from its rows.
  public init(side: Int, image: [UInt8], mask: [UInt8]) {
    self.init(
      image: GrayImage(width: side, height: side, pixels: image),
      mask: GrayImage(width: side, height: side, pixels: mask))
  }
}
