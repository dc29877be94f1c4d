import Digests

extension HDF5AttributeContent {
  /// SHA-256 over a line with kind and shape, and the values: numbers by their bits, texts after their
  /// lengths.
  func digest(shape: [Int]) -> String {
    var hash = SHA256()
    hash.update("\(kind) \(shape.map { "\($0)" }.joined(separator: "x"))\n")
    for text in texts { hash.update("\(text.utf8.count):\(text)\n") }
    return hash.finalize()
  }

  private var kind: String {
    switch self {
    case .integers: "integers"
    case .floats: "floats"
    case .doubles: "doubles"
    case .strings: "strings"
    case .bools: "bools"
    }
  }

  private var texts: [String] {
    switch self {
    case .integers(let values): values.map { "\($0)" }
    case .floats(let values): values.map { String($0.bitPattern, radix: 16) }
    case .doubles(let values): values.map { String($0.bitPattern, radix: 16) }
    case .strings(let values): values
    case .bools(let values): values.map { "\($0)" }
    }
  }
}
