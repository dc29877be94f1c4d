import Imaging

/// One image with its mask, resized, as it came from a data set.
public struct LoadedCase: Equatable, Sendable {
  public var content: MaskedImage
  public var hasLabel: Bool
  /// Width and height in pixels before resizing.
  public var originalSize: Dataset.PixelSize
  /// SHA-256 of what it was read from: the source files (`DatasetDigest.ofCase`), or its rows of an .h5
  /// (`DatasetFileReader.digest`); empty from an .h5 of earlier versions.
  public var sourceDigest: String
  /// What a user should know about these two files, without their names.
  public var notes: [String]

  public init(
    _ content: MaskedImage, hasLabel: Bool, originalSize: Dataset.PixelSize,
    sourceDigest: String = "", notes: [String] = []
  ) {
    self.content = content
    self.hasLabel = hasLabel
    self.originalSize = originalSize
    self.sourceDigest = sourceDigest
    self.notes = notes
  }
}

extension LoadedCase {
  /// [size, size], 0…255.
  var image: [UInt8] { content.image.pixels }
  /// [size, size], 0 and 1.
  var label: [UInt8] { content.mask.pixels }

  /// Cases as one run of bytes, for sending from one process to another.
  public static func packed(_ cases: [LoadedCase]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(cases.reduce(0) { $0 + $1.image.count + $1.label.count + 256 })
    func append(_ field: some Collection<UInt8>) {
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: field.count >> (8 * $0)) }
      bytes += field
    }
    for one in cases {
      append(one.image)
      append(one.label)
      let numbers = [one.hasLabel ? 1 : 0, one.originalSize.width, one.originalSize.height]
      append(
        numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } })
      append(one.sourceDigest.utf8)
      append(one.notes.joined(separator: "\n").utf8)
    }
    return bytes
  }

  /// The cases in bytes made by `packed`; nil where these are cut short.
  public static func unpacked(_ bytes: [UInt8]) -> [LoadedCase]? {
    var cases: [LoadedCase] = []
    var rest = bytes[...]
    func number(_ digits: ArraySlice<UInt8>) -> Int {
      digits.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    func next() -> ArraySlice<UInt8>? {
      guard rest.count >= 8 else { return nil }
      let count = number(rest.prefix(8))
      guard count >= 0, count <= rest.count - 8 else { return nil }
      let field = rest.dropFirst(8).prefix(count)
      rest = rest.dropFirst(8 + count)
      return field
    }
    while !rest.isEmpty {
      guard let image = next(), let label = next(), let numbers = next(), numbers.count == 24,
        let digest = next(), let notes = next()
      else { return nil }
      let side = Int(Double(image.count).squareRoot())
      guard side > 0, image.count == side * side, label.count == image.count else { return nil }
      let size = Dataset.PixelSize(
        width: number(numbers.dropFirst(8).prefix(8)), height: number(numbers.dropFirst(16)))
      cases.append(
        LoadedCase(
          MaskedImage(side: side, image: Array(image), mask: Array(label)),
          hasLabel: numbers.first == 1,
          originalSize: size, sourceDigest: String(decoding: digest, as: UTF8.self),
          notes: notes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }))
    }
    return cases
  }
}
