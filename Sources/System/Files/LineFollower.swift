import Glibc

/// Reads a text file that another process appends lines to: each time what has come since. A last line that
/// has no end yet stays for the next time.
public struct LineFollower: Sendable {
  public let path: String
  /// The end of the last whole line that was read, and its last bytes.
  private var offset = 0
  private var tail: [UInt8] = []
  private var identity = ""

  /// What a look has found.
  public struct News: Equatable, Sendable {
    /// Whole lines, without their line feeds.
    public var lines: [String] = []
    /// The file is not the one that was read before: what was read of that one does not count.
    public var startsOver = false

    public init(lines: [String] = [], startsOver: Bool = false) {
      (self.lines, self.startsOver) = (lines, startsOver)
    }
  }

  public init(_ path: String) { self.path = path }

  /// What has come since the last look; nothing where there is no file.
  public mutating func read() throws(FileError) -> News {
    var next = self
    do throws(FileError) {
      let news = try next.readOn()
      self = next
      return news
    } catch {
      // Cut or removed since it was looked at: the next look finds what is there then.
      guard error.isDamaged || !FileSystem.exists(path) else { throw error }
      return News()
    }
  }

  private mutating func readOn() throws(FileError) -> News {
    var news = News()
    guard FileSystem.exists(path) else {
      news.startsOver = offset > 0
      self = LineFollower(path)
      return news
    }
    let file = try RandomAccessFile(path)
    let (found, size) = (FileSystem.identity(path), FileSystem.size(path))
    if try !isSame(file, identity: found, size: size) {
      news.startsOver = true
      (offset, tail) = (0, [])
    }
    identity = found
    guard size > offset else { return news }
    let bytes = try file.read(size - offset, at: offset)
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return news }
    let whole = bytes[...end]
    news.lines = whole.dropLast().split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    offset += whole.count
    tail = Array((tail + whole).suffix(Self.tailCount))
    return news
  }

  /// Bytes before the place that are compared: the number of a file that is gone may be another's.
  private static let tailCount = 64

  /// The file begins with what was read.
  private func isSame(
    _ file: borrowing RandomAccessFile, identity: String, size: Int
  ) throws(FileError) -> Bool {
    guard offset > 0 else { return true }
    guard identity == self.identity, size >= offset else { return false }
    return try file.read(tail.count, at: offset - tail.count) == tail
  }
}
