/// All cases of a data set in memory, while they are gathered: the pixels lie where they will stay.
public struct CaseTable: Sendable {
  public private(set) var pixels: PixelArrays
  /// Of the cases that were filled in, in their order.
  public var facts: [CaseFacts] = []

  public init(count: Int, side: Int) { pixels = PixelArrays(count: count, side: side) }

  /// Loads these cases a few at a time and puts them in their places.
  ///
  /// - Parameter load: gives the cases at some positions.
  public mutating func fill<Failure: Error>(
    _ range: Range<Int>, load: (Range<Int>) throws(Failure) -> [LoadedCase]
  ) throws(Failure) {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: blockLength) {
      let block = start..<min(start + blockLength, range.upperBound)
      for (position, one) in zip(block, try load(block)) {
        pixels.put(one.content, at: position)
        facts.append(one.facts)
      }
    }
  }

  /// Cases that are in memory twice.
  private var blockLength: Int { max(8, (16 << 20) / pixels.pixelCount) }

  /// Lends the memory of some cases' pixels, of one array after the other.
  public mutating func withPixels(
    of cases: Range<Int>, _ body: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    try pixels.withPixels(of: cases, body)
  }
}
