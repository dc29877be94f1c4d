internal import COpenSSL

/// SHA-256 of a stream of bytes (FIPS 180-4), by OpenSSL, which takes a processor's own instructions for
/// it where there are such.
public struct SHA256: ~Copyable, Sendable {
  /// Bytes of a digest.
  private static let byteCount = 32

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
    update(Array(text.utf8))
  }

  /// The digest of everything appended, 32 bytes.
  public consuming func finalizeBytes() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      count = Self.byteCount
    }
  }

  /// The digest of everything appended, 64 lower-case hexadecimal digits.
  public consuming func finalize() -> String {
    let digits = Array("0123456789abcdef".utf8)
    let hex = finalizeBytes().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: hex, as: UTF8.self)
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
