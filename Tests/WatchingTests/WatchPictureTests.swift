import RandomNumbers
import Telemetry
import TestSupport
import Testing
import Watching

/// What is watched as lines: they fit any terminal.
@Suite struct WatchPictureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs made at random, also one with a name that would change the terminal.
  private func makeRuns(_ count: Int) throws {
    for index in 0..<count {
      let name = index == 1 ? "学学学学学学学学学学学学学学学学学学学学\u{1B}[2J" : "run-\(index)"
      try folder.makeFolder("study/runs/\(name)")
      let lines = RecordedRun(seed: UInt64(index)).lines
      try folder.write(
        lines.joined(separator: "\n") + "\n", to: "study/runs/\(name)/metrics.jsonl")
      try folder.write("12:00:00 warning \u{1B}[31mred\u{7}\n", to: "study/runs/\(name)/log.txt")
    }
  }

  private func look(_ paths: [String]) throws -> [WatchList.Section] {
    var list = WatchList(paths.map(folder.file))
    return try list.look(now: 1_000_100)
  }

  @Test func noLineIsTooLong() throws {
    try makeRuns(5)
    for sections in [
      try look(["study"]), try look(["study/runs"]), try look(["study/runs/run-0"]),
      try look(["study/runs/run-3", "none"]), try look(["none"]),
    ] {
      for columns in [10, 17, 23, 40, 79, 80, 200] {
        for rows in [3, 5, 24] {
          let lines = WatchPicture(sections, columns: columns, rows: rows).lines
          #expect(lines.count <= rows && !lines.isEmpty)
          for line in lines {
            #expect(Terminal.width(line) <= columns, "\(columns): \(line)")
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
          }
        }
      }
    }
  }

  @Test func aFolderOfRunsIsShownAsAWhole() throws {
    try makeRuns(5)
    let sections = try look(["study"])
    #expect(sections.map(\.title) == [folder.file("study")])
    #expect(sections[0].runs.count == 5)
    let lines = WatchPicture(sections, columns: 80).lines
    #expect(lines.count == 7 && lines.last?.hasPrefix("5 runs: ") == true)
    // A run that begins later is found.
    var list = WatchList([folder.file("study")])
    _ = try list.look(now: 0)
    try folder.makeFolder("study/runs/new")
    #expect(try list.look(now: 0)[0].runs.count == 5, "an empty folder is no run")
    try folder.write("begun\n", to: "study/runs/new/log.txt")
    #expect(try list.look(now: 0)[0].runs.count == 6)
    // Where there is no room for all, the number of the others is there.
    let short = WatchPicture(sections, columns: 80, rows: 4).lines
    #expect(short.count == 4 && short[2] == "… and 3 more", "\(short)")
  }

  /// Why a run needs somebody to look after it is said wherever there is room for a word of it.
  @Test func aReasonIsCutAndNotLeftOut() throws {
    try folder.makeFolder("study/a")
    try folder.write("12:00:00 error the disk of the file server is full\n", to: "study/a/log.txt")
    for (columns, line) in [
      (80, "  a  failed               the disk of the file server is full"),
      (40, "  a  failed               the disk of t…"),
    ] {
      #expect(WatchPicture(try look(["study"]), columns: columns).lines[1] == line)
    }
  }

  @Test func linesComeWhenSomethingIsNew() throws {
    try folder.makeFolder("run")
    let record = RecordedRun(seed: 4)
    var (told, last) = (WatchLines(), 0)
    for count in 1...record.lines.count {
      try folder.write(
        record.lines[..<count].joined(separator: "\n") + "\n", to: "run/metrics.jsonl")
      let lines = told.lines(try look(["run"]), now: 0)
      last += lines.count
      #expect(lines.allSatisfy { $0.hasPrefix(folder.file("run")) && !$0.contains("\n") })
      #expect(told.lines(try look(["run"]), now: 30).isEmpty)
    }
    #expect(last > 3 && last < record.lines.count)
  }

  @Test func textsAreCutByColumns() {
    #expect(Terminal.cut("学学学", to: 6) == "学学学")
    #expect(Terminal.cut("学学学", to: 5) == "学学…")
    #expect(Terminal.cut("学学学", to: 4) == "学…")
    #expect(Terminal.cutWithin("method=switch,seed=12", to: 11) == "metho…ed=12")
    #expect(Terminal.cutWithin("学学学学", to: 6) == "学…学" && Terminal.cutWithin("ab", to: 2) == "ab")
    #expect(Terminal.padded("学", to: 4) == "学  ")
    #expect(Terminal.cut("abc", to: 0) == "" && Terminal.cut("abc", to: 1) == "…")
    #expect(Terminal.plain("a\u{1B}[2J\u{202E}b\r\n") == "a?[2J?b??")
  }
}
