public import Dispatch
import Files
import Imaging

/// Where the pixels of a data set are.
public enum PixelStore: Sendable {
  /// All of them in the memory of this process.
  case memory(PixelArrays)
  /// In a data set file, read when they are wanted.
  case file(PixelFile)

  /// One of the two square pictures of a case.
  public enum Plane: Int, CaseIterable, Sendable {
    /// 0…255.
    case image
    /// 0 = background, 1 = lesion; zeros where nobody outlined the image.
    case mask
  }

  /// Starts comparing these cases with their digests, where they are in a file; those in memory were
  /// compared when they were read.
  public func startVerifying(_ cases: Range<Int>) {
    if case .file(let file) = self { file.startVerifying(cases) }
  }

  /// Waits until that is done.
  ///
  /// - Parameter limit: how long at most; nil for to the end.
  /// - Throws: `FileError`, `isDamaged`, where a picture is not what was written.
  public func awaitVerification(atMost limit: DispatchTimeInterval? = nil) throws(FileError) {
    guard case .file(let file) = self else { return }
    file.awaitVerification(atMost: limit)
    if let damage = file.foundDamage { throw damage }
  }

  /// What the comparison has found until now.
  public var foundDamage: FileError? {
    if case .file(let file) = self { file.foundDamage } else { nil }
  }

  /// The pixels of one picture, [side, side].
  func pixels(_ plane: Plane, of position: Int) throws(FileError) -> [UInt8] {
    switch self {
    case .memory(let arrays): arrays.pixels(plane, of: position)
    case .file(let file): try file.pixels(plane, of: position)
    }
  }
}

/// The pixels of all cases, one case after the other.
public struct PixelArrays: Equatable, Sendable {
  /// Pixels of one picture.
  public let pixelCount: Int
  /// [N, side, side], 0…255.
  public private(set) var images: [UInt8]
  /// [N, side, side], 0 and 1.
  public private(set) var labels: [UInt8]

  /// Black images with empty masks.
  public init(count: Int, side: Int) {
    pixelCount = side * side
    images = [UInt8](repeating: 0, count: count * pixelCount)
    labels = [UInt8](repeating: 0, count: count * pixelCount)
  }

  func pixels(_ plane: PixelStore.Plane, of position: Int) -> [UInt8] {
    let range = range(of: position..<(position + 1))
    return Array(plane == .image ? images[range] : labels[range])
  }

  mutating func put(_ content: MaskedImage, at position: Int) {
    let range = range(of: position..<(position + 1))
    images.replaceSubrange(range, with: content.image.pixels)
    labels.replaceSubrange(range, with: content.mask.pixels)
  }

  /// Lends the memory of some cases, of one array after the other.
  public mutating func withPixels(
    of cases: Range<Int>, _ body: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    let range = range(of: cases)
    try images.withUnsafeMutableBufferPointer { try body(.init(rebasing: $0[range])) }
    try labels.withUnsafeMutableBufferPointer { try body(.init(rebasing: $0[range])) }
  }

  private func range(of cases: Range<Int>) -> Range<Int> {
    (cases.lowerBound * pixelCount)..<(cases.upperBound * pixelCount)
  }
}
