import Imaging

extension Dataset {
  /// The image at a position of `names`, at the data set's size.
  public func image(_ position: Int) -> GrayImage { plane(images[range(of: position)]) }

  /// Its mask, 0 and 1.
  public func mask(_ position: Int) -> GrayImage { plane(labels[range(of: position)]) }

  /// Pixels [imageSize, imageSize] as an image.
  public func plane(_ pixels: some Collection<UInt8>) -> GrayImage {
    GrayImage(width: imageSize, height: imageSize, pixels: Array(pixels))
  }

  private func range(of position: Int) -> Range<Int> {
    (position * imageSize * imageSize)..<((position + 1) * imageSize * imageSize)
  }
}
