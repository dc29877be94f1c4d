internal import COpenSSL

/// The OpenSSL library in use.
public enum OpenSSLLibrary {
  /// Such as `3.0.17`.
  public static var version: String { String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }
}
