import Files
import RandomNumbers
import TestSupport
import Testing

/// A file that others append to is read line by line, each line once.
@Suite struct LineFollowerTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("lines") }

  init() throws { folder = try TemporaryFolder() }

  @Test func aLineCountsWhenItHasItsEnd() throws {
    var follower = LineFollower(path)
    #expect(try follower.read() == .init())
    try folder.write("one\ntw", to: "lines")
    #expect(try follower.read() == .init(lines: ["one"]))
    #expect(try follower.read() == .init())
    try folder.write("one\ntwo\n\nthree\n", to: "lines")
    #expect(try follower.read() == .init(lines: ["two", "", "three"]))
    // A writer that goes on after a crash drops what has no end.
    try folder.write("one\ntwo\n\nthree\nfo", to: "lines")
    #expect(try follower.read() == .init())
    try LineFile(path: path).append("five")
    #expect(try follower.read() == .init(lines: ["five"]))
  }

  @Test func anotherFileStartsOver() throws {
    var follower = LineFollower(path)
    try folder.write("one\ntwo\n", to: "lines")
    _ = try follower.read()
    // Shorter, of the same length, longer, and gone.
    for text in ["three\n", "eight\n", "eleven\ntwelve\nthirteen\n"] {
      try folder.write(text, to: "lines")
      let lines = text.split(separator: "\n").map(String.init)
      #expect(try follower.read() == .init(lines: lines, startsOver: true))
    }
    try folder.remove("lines")
    #expect(try follower.read() == .init(startsOver: true))
    #expect(try follower.read() == .init())
    try folder.write("again\n", to: "lines")
    #expect(try follower.read() == .init(lines: ["again"]))
  }

  /// Cut into pieces anywhere, also within a character, the lines are those of the whole.
  @Test func piecesMakeTheWhole() throws {
    var random = RandomStream(seed: 2, purpose: .kernelProbe)
    for _ in 0..<40 {
      let lines = (0..<random.integer(in: 0..<30)).map { index in
        String(repeating: ["a", "ü", "学", " "][random.integer(in: 0..<4)], count: index % 7)
      }
      let bytes = lines.flatMap { Array("\($0)\n".utf8) }
      var follower = LineFollower(path)
      var (found, end) = ([String](), 0)
      while end < bytes.count {
        end = min(bytes.count, end + random.integer(in: 0..<12))
        try folder.write(Array(bytes[..<end]), to: "lines")
        let news = try follower.read()
        #expect(!news.startsOver)
        found += news.lines
      }
      #expect(found == lines)
      try? folder.remove("lines")
    }
  }
}
