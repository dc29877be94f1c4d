import Files
import Imaging

/// The pictures of a tested image, in one folder: truth red, prediction green, both yellow.
public struct OverlayFiles: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// The outlines on the image of that file name.
  public func overlay(of name: String) -> String { "\(stem(name))_overlay.png" }

  /// Writes `…_overlay.png` (outlines on the image), `…_contours.png` (outlines alone) and
  /// `…_prediction.png` (the predicted mask, 0 and 255).
  ///
  /// - Parameters:
  ///   - name: file name of the image in its data set.
  ///   - truth: mask of 0 and 1 of the image's size.
  ///   - prediction: the same.
  public func write(
    _ name: String, image: GrayImage, truth: GrayImage, prediction: GrayImage
  ) throws(ImagingError) {
    let path = stem(name)
    let overlay = Overlay()
    try PNG.encode(
      overlay.drawing(truth: truth, prediction: prediction, on: image), to: self.overlay(of: name))
    try PNG.encode(
      overlay.drawing(truth: truth, prediction: prediction), to: "\(path)_contours.png")
    try PNG.encode(prediction.visibleMask, to: "\(path)_prediction.png")
  }

  private func stem(_ name: String) -> String {
    // a.png and a.jpg may be two images.
    "\(folder)/\(FileSystem.stem(name, without: ".png"))"
  }
}
