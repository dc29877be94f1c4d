import Digests
import Testing

/// Vectors of FIPS 180-2, appendix B, and of NIST's SHAVS short and long messages.
@Suite struct SHA256Tests {
  func digest(_ text: String) -> String {
    var hash = SHA256()
    hash.update(text)
    return hash.finalize()
  }

  @Test func publishedVectors() {
    #expect(
      digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      digest(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// Lengths around the block and padding borders, in pieces of every size.
  @Test func piecesDoNotMatter() {
    for count in [1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 300] {
      let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
      var whole = SHA256()
      whole.update(message)
      let expected = whole.finalize()
      for piece in [1, 3, 63, 64, 65] {
        var hash = SHA256()
        for start in stride(from: 0, to: count, by: piece) {
          hash.update(Array(message[start..<min(start + piece, count)]))
        }
        #expect(hash.finalize() == expected, "\(count) bytes in pieces of \(piece)")
      }
    }
  }
}
