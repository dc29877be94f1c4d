import HDF5

/// Compares one array of two files, element by element.
package struct ArrayComparison {
  typealias Entry = FileDifference.Entry

  package let path: String
  let tolerance: Double

  func missing(from kind: Entry.Kind, _ file: borrowing HDF5File) throws -> Entry {
    let form = try form(file)
    return kind == .onlyInFirst
      ? Entry(path: path, kind: kind, first: form) : Entry(path: path, kind: kind, second: form)
  }

  /// Nothing for equal arrays.
  func entry(_ one: borrowing HDF5File, _ other: borrowing HDF5File) throws -> Entry? {
    let (type, otherType) = (try one.elementType(path), try other.elementType(path))
    let (shape, otherShape) = (try one.readShape(path), try other.readShape(path))
    guard type == otherType, shape == otherShape else {
      return Entry(
        path: path, kind: type == otherType ? .shape : .type, first: try form(one),
        second: try form(other))
    }
    switch type {
    case .string: return texts(try one.readStrings(path), try other.readStrings(path), shape)
    case .float32:
      return numbers(
        try one.read(path, as: Float.self).values, try other.read(path, as: Float.self).values,
        shape)
    case .float64:
      return numbers(
        try one.read(path, as: Double.self).values, try other.read(path, as: Double.self).values,
        shape)
    case .uint64:
      return integers(
        try one.read(path, as: UInt64.self).values, try other.read(path, as: UInt64.self).values,
        shape)
    default:
      return integers(
        try one.read(path, as: Int64.self).values, try other.read(path, as: Int64.self).values,
        shape)
    }
  }

  /// Element type and shape.
  private func form(_ file: borrowing HDF5File) throws -> String {
    let shape = try file.readShape(path).map { "\($0)" }.joined(separator: "×")
    let type = try file.elementType(path).rawValue
    return shape.isEmpty ? type : "\(type) \(shape)"
  }

  private func texts(_ one: [String], _ other: [String], _ shape: [Int]) -> Entry? {
    let places = one.indices.filter { one[$0] != other[$0] }
    return entry(places, shape, one, other)
  }

  private func integers<Number: FixedWidthInteger>(
    _ one: [Number], _ other: [Number], _ shape: [Int]
  ) -> Entry? {
    let places = one.indices.filter { one[$0] != other[$0] }
    return entry(places, shape, one, other)
  }

  /// Zeros of both signs differ, and NaN equals NaN: it is bits that count, but for the tolerance.
  private func numbers<Number: BinaryFloatingPoint>(
    _ one: [Number], _ other: [Number], _ shape: [Int]
  ) -> Entry? {
    let places = one.indices.filter { differ(Double(one[$0]), Double(other[$0])) }
    guard var entry = entry(places, shape, one, other) else { return nil }
    let pairs = places.map { (Double(one[$0]), Double(other[$0])) }
    entry.largestAbsolute = pairs.map { abs($0 - $1) }.filter(\.isFinite).max()
    entry.largestRelative =
      pairs.map { abs($0 - $1) / max(abs($0), abs($1)) }.filter(\.isFinite).max()
    return entry
  }

  private func differ(_ a: Double, _ b: Double) -> Bool {
    if a.bitPattern == b.bitPattern || a.isNaN && b.isNaN { return false }
    // Beside infinity any finite number would be within the tolerance.
    guard tolerance > 0, a.isFinite, b.isFinite else { return true }
    return abs(a - b) > tolerance * max(abs(a), abs(b))
  }

  private func entry<Element>(
    _ places: [Int], _ shape: [Int], _ one: [Element], _ other: [Element]
  ) -> Entry? {
    guard let first = places.first else { return nil }
    return Entry(
      path: path, kind: .values, first: "\(one[first])", second: "\(other[first])",
      differing: places.count, count: one.count, index: Self.place(first, shape))
  }

  /// Row-major.
  private static func place(_ index: Int, _ shape: [Int]) -> [Int] {
    var rest = index
    var place: [Int] = []
    for length in shape.reversed() {
      place.insert(rest % length, at: 0)
      rest /= length
    }
    return place
  }
}
