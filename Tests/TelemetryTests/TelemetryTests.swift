import Files
import Foundation
import Logging
import Runs
import Telemetry
import Testing

@Suite struct TelemetryTests {
  @Test func numbersReadTheSameInEveryLocale() {
    #expect(decimalText(0.43096, places: 4) == "0.4310")
    #expect(decimalText(-1.5, places: 1) == "-1.5")
    #expect(decimalText(-0.001, places: 2) == "0.00")
    #expect(decimalText(0.99996, places: 4) == "1.0000")
    #expect(decimalText(12.5, places: 0) == "13")
    for (value, text) in [
      (0.0, "0"), (0.05, "0.05"), (1.134, "1.13"), (52.84, "52.8"), (9.999, "10"), (-512, "-512"),
      (12_345, "12345"), (3.4028e38, "3.4e38"), (0.999_99, "1"), (1e-7, "1e-7"), (.infinity, "inf"),
    ] { #expect(roundText(value) == text) }
    #expect(decimalText(.nan, places: 3) == "nan")
    #expect(durationText(seconds: 59.6) == "1:00")
    #expect(durationText(seconds: 3_725) == "1:02:05")
  }

  @Test func progressTellsWhatIsKnown() {
    var progress = Progress(phase: "pre-training", iteration: 20, iterationCount: 100)
    #expect(progress.description == "pre-training 20/100")
    progress.losses = [.init("loss", 0.5), .init("ce", 0.25)]
    progress.bestDice = 0.81234
    progress.imagesPerSecond = 16.04
    progress.timeLeft = 65
    #expect(
      progress.description
        == "pre-training 20/100 · loss 0.5000 ce 0.2500 · best Dice 81.2 % · 16.0 images/s · 1:05 left"
    )
  }

  @Test func progressFitsTheTerminal() {
    var progress = Progress(phase: "self-training", iteration: 12_000, iterationCount: 30_000)
    progress.losses = [.init("total", 0.5), .init("ce", 0.25), .init("mss", 0.125)]
    progress.bestDice = 0.8
    progress.imagesPerSecond = 31.5
    progress.timeLeft = 7_928
    for (width, text) in [
      (120, progress.description),
      (
        105,
        "self-training 12000/30000 · total 0.5000 ce 0.2500 · best Dice 80.0 % · 31.5 images/s · 2:12:08 left"
      ),
      (79, "self-training 12000/30000 · total 0.5000 · best Dice 80.0 % · 2:12:08 left"),
      (60, "self-training 12000/30000 · best Dice 80.0 % · 2:12:08 left"),
      (40, "self-training 12000/30000 · 2:12:08 left"),
      (20, "self-training 12000/30000 · 2:12:08 left"),
    ] {
      #expect(progress.text(width: width) == text)
    }
  }

  @Test func throughputForgetsOldSteps() {
    var throughput = Throughput(window: 2)
    #expect(throughput.secondsPerStep == nil)
    throughput.record(step: .seconds(100))
    throughput.record(step: .seconds(1))
    throughput.record(step: .seconds(2))
    #expect(throughput.secondsPerStep == 1.5)
  }

  @Test func metricsAreJSONLinesThatSurviveACrash() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let writer = try MetricsWriter(path: path, clock: { 1_700_000_000.25 })
      try writer.append(
        "step", ["iteration": 1, "loss": 0.1, "rate": .number(.nan), "done": false, "x": nil])
    }
    let torn = try #require(FileHandle(forWritingAtPath: path))
    try torn.seekToEnd()
    try torn.write(contentsOf: Data("{\"event\":\"st".utf8))
    try torn.close()
    do {
      let writer = try MetricsWriter(path: path, clock: { 1_700_000_000.25 })
      try writer.append("note", ["text": "a \"quoted\" \\ line\nbreak \u{1} ü"])
    }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text == """
        {"event":"step","time":1700000000.25,"iteration":1,"loss":0.1,"rate":null,"done":false,"x":null}
        {"event":"note","time":1700000000.25,"text":"a \\"quoted\\" \\\\ line\\nbreak \\u0001 ü"}

        """)
    for line in text.split(separator: "\n") {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }

  @Test func aFileThatCannotBeOpenedIsNamed() {
    let error = #expect(throws: FileError.self) {
      try LineFile(path: "/nonexistent/metrics.jsonl")
    }
    #expect(
      error?.description
        == "/nonexistent/metrics.jsonl: cannot be opened: No such file or directory")
  }

  @Test func onlyRankZeroTellsTheCourseOfARun() throws {
    let first = try logged(rank: 0)
    #expect(first.console.contains(/^\d\d:\d\d:\d\d info started on 2 ranks\n/))
    #expect(first.console.contains(/\n\d\d:\d\d:\d\d error broken\n$/))
    #expect(first.file == first.console)
    let second = try logged(rank: 1)
    #expect(second.console.contains(/^\d\d:\d\d:\d\d error broken\n$/))
    #expect(second.file == "")
  }

  @Test func linesStayAboveTheProgressLineOfATerminal() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let output = open(path, O_RDWR | O_CREAT, 0o600)
    defer { close(output) }
    let console = Console(descriptor: output, isInteractive: true, usesColor: false)
    do {
      var progress = ProgressLine(console: console)
      progress.show(Progress(phase: "test", iteration: 1, iterationCount: 2))
      progress.show(Progress(phase: "test", iteration: 2, iterationCount: 2))
      console.write(line: "saved")
    }
    let clear = "\r\u{1B}[2K"
    #expect(
      try String(contentsOfFile: path, encoding: .utf8)
        == "\(clear)test 1/2\(clear)saved\ntest 1/2\(clear)")
  }

  private func logged(rank: Int) throws -> (console: String, file: String) {
    let (consolePath, filePath) = (temporaryPath(), temporaryPath())
    defer {
      for path in [consolePath, filePath] { try? FileManager.default.removeItem(atPath: path) }
    }
    let output = open(consolePath, O_RDWR | O_CREAT, 0o600)
    defer { close(output) }
    let console = Console(descriptor: output, isInteractive: false, usesColor: false)
    let logger = Logger.forRun(rank: rank, console: console, file: try LineFile(path: filePath))
    logger.info("started on 2 ranks")
    var progress = ProgressLine(console: console)
    progress.show(Progress(phase: "test", iteration: 1, iterationCount: 2))
    logger.error("broken")
    return (
      try String(contentsOfFile: consolePath, encoding: .utf8),
      try String(contentsOfFile: filePath, encoding: .utf8)
    )
  }

  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
  }
}
