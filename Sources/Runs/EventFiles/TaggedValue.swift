internal import Foundation

/// A value as TensorBoard shows it under a tag, such as `train/total_loss`.
public struct TaggedValue: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    /// Stored as Float.
    case scalar(Double)
    /// A whole 8-bit gray PNG file.
    case grayImage(png: [UInt8], width: Int, height: Int)
  }

  public var tag: String
  public var content: Content

  public init(_ tag: String, _ content: Content) {
    self.tag = tag
    self.content = content
  }

  var message: Summary.Value {
    var value = Summary.Value()
    value.tag = tag
    switch content {
    case .scalar(let number): value.simpleValue = Float(number)
    case .grayImage(let png, let width, let height):
      value.image.width = Int32(width)
      value.image.height = Int32(height)
      value.image.colorspace = 1
      value.image.encodedImageString = Data(png)
    }
    return value
  }
}
