internal import CJPEG

/// Reading JPEG files (ITU-T T.81) as Pillow does.
enum JPEG {
  /// Whether the bytes begin as a JPEG does.
  static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

  /// Decodes a JPEG held in memory: gray files to gray, colour ones to RGB.
  static func decode(bytes: [UInt8]) throws(ImagingError) -> StoredImage {
    var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_SIZE))
    var header = cjpeg_header()
    try check(cjpeg_read_header(bytes, bytes.count, &header, &message), message)
    let size = ImageSize(width: Int(header.width), height: Int(header.height))
    try size.requireBounded()
    let byteCount = size.width * size.height * Int(header.channels)
    var status = Int32(CJPEG_OK)
    let samples = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      buffer.initialize(repeating: 0)
      status = cjpeg_decode(bytes, bytes.count, &header, buffer.baseAddress, &message)
      count = byteCount
    }
    try check(status, message)
    return StoredImage(
      size: size, content: header.channels == 3 ? .rgb : .gray, hasAlpha: false, bitDepth: 8,
      isLossy: true, samples: .bytes(samples))
  }

  private static func check(_ status: Int32, _ message: [CChar]) throws(ImagingError) {
    let text = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    switch Int(status) {
    case CJPEG_OK: return
    case CJPEG_TRUNCATED:
      throw ImagingError(
        .truncated, reason: "the JPEG is truncated; copy it again from its source")
    case CJPEG_OUT_OF_MEMORY:
      throw ImagingError(.outOfMemory, reason: "not enough memory for the image")
    case CJPEG_UNSUPPORTED:
      throw ImagingError(
        .unsupported, reason: "the JPEG cannot be read (\(text)); convert it to PNG")
    default:
      throw ImagingError(
        .damaged, reason: "the JPEG is damaged (\(text)); copy it again from its source")
    }
  }
}
