internal import CPNG

extension PNG {
  static func decode(_ bytes: [UInt8], _ header: Header) throws(ImagingError) -> Decoded {
    let samples = try decodeSamples(bytes, header)
    let size = header.size
    let notes = header.bytesPerSample == 2 ? [sixteenBitNote] : []
    let eightBits = header.bytesPerSample == 2 ? scaledToEightBits(samples) : samples
    let image =
      header.channels == 3
      ? GrayImage(RGBImage(width: size.width, height: size.height, samples: eightBits))
      : GrayImage(width: size.width, height: size.height, pixels: eightBits)
    return Decoded(image: image, notes: notes)
  }

  private static func decodeSamples(
    _ bytes: [UInt8], _ header: Header
  ) throws(ImagingError) -> [UInt8] {
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    var status = Int32(CPNG_OK)
    let byteCount = header.rowBytes * header.size.height
    let samples = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      // Every row is filled, or the decoding has failed.
      status = cpng_decode(
        bytes, bytes.count, buffer.baseAddress, UInt32(header.size.width),
        UInt32(header.size.height), header.rowBytes, &message)
      count = byteCount
    }
    try check(status, message)
    return samples
  }

  /// Samples in the machine's byte order to the nearest of 255 levels.
  static func scaledToEightBits(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { raw in
      [UInt8](unsafeUninitializedCapacity: bytes.count / 2) { buffer, count in
        for index in 0..<buffer.count {
          let value = UInt32(raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
          buffer[index] = UInt8(truncatingIfNeeded: (value &* 255 &+ 32767) / 65535)
        }
        count = buffer.count
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
