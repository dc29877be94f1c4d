internal import CPNG

extension PNG {
  static func decode(_ bytes: [UInt8], _ header: Header) throws(ImagingError) -> StoredImage {
    var palette = cpng_palette()
    let samples: StoredImage.Samples =
      header.bitDepth == 16
      ? .words(try decodeSamples(bytes, header, &palette))
      : .bytes(try decodeSamples(bytes, header, &palette))
    let content: StoredImage.Content =
      header.hasPalette
      ? .palette(colors(of: palette)) : header.channels >= 3 ? .rgb : .gray
    return StoredImage(
      size: header.size, content: content, hasAlpha: header.hasAlpha, bitDepth: header.bitDepth,
      isLossy: false, samples: samples)
  }

  private static func decodeSamples<Sample: FixedWidthInteger>(
    _ bytes: [UInt8], _ header: Header, _ palette: inout cpng_palette
  ) throws(ImagingError) -> [Sample] {
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    var status = Int32(CPNG_OK)
    let sampleCount = header.size.width * header.channels * header.size.height
    let samples = [Sample](unsafeUninitializedCapacity: sampleCount) { buffer, count in
      // Every row is filled, or the decoding has failed.
      status = cpng_decode(
        bytes, bytes.count, buffer.baseAddress, UInt32(header.size.width),
        UInt32(header.size.height), header.rowBytes, &palette, &message)
      count = sampleCount
    }
    try check(status, message)
    return samples
  }

  private static func colors(of palette: cpng_palette) -> [StoredImage.PaletteColor] {
    withUnsafeBytes(of: palette.colors) { entries in
      stride(from: 0, to: entries.count, by: 4).map {
        StoredImage.PaletteColor(
          color: .init(red: entries[$0], green: entries[$0 + 1], blue: entries[$0 + 2]),
          alpha: entries[$0 + 3])
      }
    }
  }

  /// - Parameter samples: rows without padding, 16-bit samples with the high byte first
  static func encode(
    _ samples: [UInt8], width: Int, height: Int, channels: Int, bitDepth: Int = 8
  ) throws(ImagingError) -> [UInt8] {
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = cpng_encode(
      samples, UInt32(width), UInt32(height), Int32(channels), Int32(bitDepth), &encoded, &count,
      &message)
    defer { cpng_free(encoded) }
    try check(status, message)
    return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
  }

  private static func check(_ status: Int32, _ message: [CChar]) throws(ImagingError) {
    switch Int(status) {
    case CPNG_OK: return
    case CPNG_TRUNCATED: throw truncated
    case CPNG_OUT_OF_MEMORY:
      throw ImagingError(.outOfMemory, reason: "not enough memory for the image")
    default:
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw damaged(String(decoding: text, as: UTF8.self))
    }
  }
}
