extension PNG {
  /// The signature and the IHDR chunk: the first 33 bytes of every PNG (ISO/IEC 15948, 11.2.2).
  struct Header: Equatable {
    static let byteCount = 33

    var size: ImageSize
    var bitDepth: Int
    var colorType: UInt8

    var hasPalette: Bool { colorType == 3 }
    var hasAlpha: Bool { colorType & 4 != 0 }
    /// Samples of a pixel, alpha among them.
    var channels: Int { (colorType & 3 == 2 ? 3 : 1) + (hasAlpha ? 1 : 0) }
    var bytesPerSample: Int { bitDepth == 16 ? 2 : 1 }
    var rowBytes: Int { size.width * channels * bytesPerSample }

    /// More than any sensible encoder needs: four 16-bit channels stored plain, and room for text.
    var maximumFileSize: Int { 16 * size.width * size.height + 64 * 1024 * 1024 }

    init(bytes: [UInt8]) throws(ImagingError) {
      let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      guard bytes.starts(with: signature.prefix(bytes.count)), !bytes.isEmpty else {
        throw ImagingError(
          .unknownFormat,
          reason: bytes.isEmpty
            ? "the file is empty" : "neither a PNG nor a JPEG; convert it to PNG")
      }
      guard bytes.count >= Header.byteCount else {
        throw PNG.truncated
      }
      guard bytes[12..<16].elementsEqual("IHDR".utf8) else {
        throw PNG.damaged("no IHDR chunk")
      }
      size = ImageSize(width: Header.integer(bytes, at: 16), height: Header.integer(bytes, at: 20))
      bitDepth = Int(bytes[24])
      colorType = bytes[25]
      try checkSize()
    }

    private static func integer(_ bytes: [UInt8], at first: Int) -> Int {
      bytes[first..<first + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private func checkSize() throws(ImagingError) {
      guard size.width > 0, size.height > 0 else {
        throw PNG.damaged("the header says \(size.width) × \(size.height) pixels")
      }
      try size.requireBounded()
    }
  }

  static let truncated = ImagingError(
    .truncated, reason: "the PNG is truncated; copy it again from its source")

  static func damaged(_ detail: String) -> ImagingError {
    ImagingError(.damaged, reason: "the PNG is damaged (\(detail)); copy it again from its source")
  }
}
