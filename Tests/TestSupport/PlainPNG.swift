/// Writes small PNG files without compression, independently of the decoder under test.
/// Source: PNG specification (ISO/IEC 15948) 5.3, annex D; zlib RFC 1950, deflate RFC 1951 3.2.4.
public enum PlainPNG {
  /// An 8-bit gray image, row by row.
  public static func gray(width: Int, height: Int, pixels: [UInt8]) -> [UInt8] {
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)
      rows += pixels[(row * width)..<((row + 1) * width)]
    }
    return file(width: width, height: height, bitDepth: 8, colorType: 0, rows: rows)
  }

  /// A 16-bit gray image, row by row.
  public static func gray16(width: Int, height: Int, pixels: [UInt16]) -> [UInt8] {
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)
      for pixel in pixels[(row * width)..<((row + 1) * width)] {
        rows.append(UInt8(pixel >> 8))
        rows.append(UInt8(truncatingIfNeeded: pixel))
      }
    }
    return file(width: width, height: height, bitDepth: 16, colorType: 0, rows: rows)
  }

  /// Any image: `samples` are [height, width, channels] of the colour type (0 gray, 2 RGB, 3 palette, 4
  /// gray with alpha, 6 RGB with alpha).
  ///
  /// - Parameters:
  ///   - palette: RGB of each index.
  ///   - alphas: Of the first indices.
  public static func image(
    width: Int, height: Int, bitDepth: Int, colorType: UInt8, samples: [Int],
    palette: [[UInt8]] = [], alphas: [UInt8] = []
  ) -> [UInt8] {
    let inRow = samples.count / height
    let rows: [UInt8] = (0..<height).flatMap { row -> [UInt8] in
      [0] + packed(samples[row * inRow..<(row + 1) * inRow], bitDepth)
    }
    return file(
      width: width, height: height, bitDepth: UInt8(bitDepth), colorType: colorType, rows: rows,
      before: (palette.isEmpty ? [] : chunk("PLTE", palette.flatMap { $0 }))
        + (alphas.isEmpty ? [] : chunk("tRNS", alphas)))
  }

  /// The file with its image data in chunks of at most `length` bytes, an empty one before them.
  public static func split(_ file: [UInt8], intoDataOf length: Int) -> [UInt8] {
    var (result, data) = (Array(file.prefix(8)), [UInt8]())
    var start = 8
    while start < file.count {
      let count = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let type = String(decoding: file[start + 4..<start + 8], as: UTF8.self)
      let content = Array(file[start + 8..<start + 8 + count])
      if type == "IDAT" { data += content }
      if type == "IEND" {
        result += chunk("IDAT", [])
        for first in stride(from: 0, to: data.count, by: length) {
          result += chunk("IDAT", Array(data[first..<min(first + length, data.count)]))
        }
      }
      if type != "IDAT" { result += chunk(type, content) }
      start += 12 + count
    }
    return result
  }

  /// The file with the checksum of each chunk made right, as far as chunks can be told apart.
  public static func withRightChecksums(_ file: [UInt8]) -> [UInt8] {
    var bytes = file
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { break }
      bytes.replaceSubrange(end..<end + 4, with: bigEndian(crc32(Array(bytes[start + 4..<end]))))
      start = end + 4
    }
    return bytes
  }

  /// A row, the first sample in the highest bits.
  private static func packed(_ samples: ArraySlice<Int>, _ bitDepth: Int) -> [UInt8] {
    if bitDepth == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] as [UInt8] } }
    let inByte = 8 / bitDepth
    var bytes = [UInt8](repeating: 0, count: (samples.count + inByte - 1) / inByte)
    for (index, sample) in samples.enumerated() {
      bytes[index / inByte] |= UInt8(sample << (8 - bitDepth * (index % inByte + 1)))
    }
    return bytes
  }

  private static func file(
    width: Int, height: Int, bitDepth: UInt8, colorType: UInt8, rows: [UInt8],
    before: [UInt8] = []
  ) -> [UInt8] {
    let header =
      bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [bitDepth, colorType, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + before
      + chunk("IDAT", zlib(rows)) + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(crc32(body))
  }

  /// Stored blocks only.
  private static func zlib(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: data.count, by: 65_535) {
      let block = data[start..<min(start + 65_535, data.count)]
      let length = UInt16(block.count)
      stream.append(block.endIndex == data.count ? 1 : 0)
      for word in [length, ~length] {
        stream += [UInt8(truncatingIfNeeded: word), UInt8(word >> 8)]
      }
      stream += block
    }
    return stream + bigEndian(adler32(data))
  }

  private static func adler32(_ data: [UInt8]) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    for byte in data {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }

  private static func crc32(_ data: [UInt8]) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in data {
      crc ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = crc & 1 == 1
        crc >>= 1
        if isOdd { crc ^= 0xEDB8_8320 }
      }
    }
    return ~crc
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }
}
