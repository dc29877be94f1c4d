/// An image as 8-bit gray and what its reader should know about it, one sentence each.
public struct GrayReading: Equatable, Sendable {
  public var image: GrayImage
  public var notes: [String]

  public init(image: GrayImage, notes: [String] = []) {
    self.image = image
    self.notes = notes
  }
}
