import Imaging

/// One image with its mask, resized, as it came from a data set, and what is known of it.
@dynamicMemberLookup
public struct LoadedCase: Equatable, Sendable {
  public var content: MaskedImage
  public var facts: CaseFacts

  public init(
    _ content: MaskedImage, hasLabel: Bool, originalSize: Dataset.PixelSize,
    sourceDigest: String = "", notes: [String] = []
  ) {
    self.content = content
    facts = CaseFacts(
      hasLabel: hasLabel, originalSize: originalSize, sourceDigest: sourceDigest, notes: notes)
  }

  public subscript<Value>(dynamicMember fact: WritableKeyPath<CaseFacts, Value>) -> Value {
    get { facts[keyPath: fact] }
    set { facts[keyPath: fact] = newValue }
  }

  /// [size, size], 0…255.
  var image: [UInt8] { content.image.pixels }
  /// [size, size], 0 and 1.
  var label: [UInt8] { content.mask.pixels }
}

/// What is known of a case besides its pixels.
public struct CaseFacts: Codable, Equatable, Sendable {
  public var hasLabel: Bool
  /// Width and height in pixels before resizing.
  public var originalSize: Dataset.PixelSize
  /// SHA-256 of what it was read from: the source files (`DatasetDigest.ofCase`), or, where an .h5 has a seal
  /// but no row digests, its rows (`DatasetFileReader.verify`); empty from other files.
  public var sourceDigest: String
  /// What a user should know about these files, without their names.
  public var notes: [String]
}
