internal import COpenSSL

/// SHA-256 of a stream of bytes (FIPS 180-4), by OpenSSL, which takes a processor's own instructions for
/// it where there are such.
public struct SHA256: ~Copyable, Sendable {
  /// Bytes of a digest.
  public static let byteCount = 32

  /// An `EVP_MD_CTX`, of this value alone.
  private nonisolated(unsafe) let context: OpaquePointer

  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      fatalError("OpenSSL has no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Appends bytes to the message.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Appends bytes to the message.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Appends the UTF-8 bytes of a text.
  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of everything appended, 32 bytes.
  public consuming func finalizeBytes() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      count = Self.byteCount
    }
  }

  /// The digest of everything appended, 64 lower-case hexadecimal digits.
  public consuming func finalize() -> String { Self.hexadecimal(finalizeBytes()[...]) }

  /// Bytes as lower-case hexadecimal digits, two for each.
  public static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { buffer in
      var end = 0
      for byte in bytes {
        buffer[end] = digit(byte >> 4)
        buffer[end + 1] = digit(byte & 15)
        end += 2
      }
      return end
    }
  }

  /// The digest of one run of bytes, 32 bytes.
  public static func bytes(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalizeBytes()
  }

  /// The digest of one run of bytes, 64 lower-case hexadecimal digits.
  public static func digest(of bytes: UnsafeRawBufferPointer) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// The digest of a text's UTF-8 bytes, 64 lower-case hexadecimal digits.
  public static func digest(of text: String) -> String {
    var hash = SHA256()
    hash.update(text)
    return hash.finalize()
  }
}
