import Files
import HDF5

/// Where two HDF5 files of one kind part: checkpoints, dumps of an iteration, data sets. The paths of
/// a dump are in the order in which a step makes its parts, so the first difference is where two
/// runs part.
public struct FileDifference: Codable, Equatable, Sendable {
  /// How one array differs.
  public struct Entry: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
      case onlyInFirst, onlyInSecond, type, shape, values
    }

    public var path: String
    public var kind: Kind
    /// Type and shape, or the first element that differs.
    public var first: String?
    public var second: String?
    /// For values: how many differ, of how many, where first, and for numbers by how much.
    public var differing: Int?
    public var count: Int?
    public var index: [Int]?
    public var largestAbsolute: Double?
    public var largestRelative: Double?
  }

  /// An attribute of the files, or a setting of their configurations.
  public struct Setting: Codable, Equatable, Sendable {
    public var name: String
    public var first: String?
    public var second: String?
  }

  /// Arrays that were compared.
  public var arrays = 0
  public var entries: [Entry] = []
  /// What the files say about themselves.
  public var settings: [Setting] = []

  /// Whether all arrays are equal, bit for bit or within the tolerance. Attributes do not count: two
  /// configurations may give one result.
  public var isEmpty: Bool { entries.isEmpty }

  /// - Parameter tolerance: numbers a and b count as equal if |a − b| ≤ tolerance · max(|a|, |b|).
  public init(
    _ first: String, _ second: String, tolerance: Double = 0
  ) throws(FileError) {
    let one = try Self.open(first)
    let other = try Self.open(second)
    do {
      try compareArrays(one, other, tolerance: tolerance)
      try compareSettings(one, other)
    } catch {
      throw FileError("\(first), \(second)", "they cannot be compared: \(error)")
    }
  }

  private static func open(_ path: String) throws(FileError) -> HDF5File {
    guard FileSystem.exists(path) else { throw FileError(path, "no such file") }
    do {
      let file = try HDF5File.open(path)
      try file.verify()
      return file
    } catch {
      throw FileError(error)
    }
  }

  private mutating func compareArrays(
    _ one: borrowing HDF5File, _ other: borrowing HDF5File, tolerance: Double
  ) throws {
    let here = try ContentDigest.datasets(in: one)
    let there = try ContentDigest.datasets(in: other)
    let (known, knownThere) = (Set(here), Set(there))
    let paths = FileSystem.orderedByBytes(here + there.filter { !known.contains($0) })
    arrays = paths.count
    for path in paths {
      let comparison = ArrayComparison(path: path, tolerance: tolerance)
      if !knownThere.contains(path) {
        entries.append(try comparison.missing(from: .onlyInFirst, one))
      } else if !known.contains(path) {
        entries.append(try comparison.missing(from: .onlyInSecond, other))
      } else if let entry = try comparison.entry(one, other) {
        entries.append(entry)
      }
    }
  }

  public func json() throws -> String {
    try JSON.text(of: self, isPretty: true)
  }
}
