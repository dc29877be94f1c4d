import Files
import RandomNumbers
import TestSupport
import Testing
import Watching

/// What is read of a run's records, and what is said of it.
@Suite struct WatchedRunTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("run") }

  init() throws {
    folder = try TemporaryFolder()
    try folder.makeFolder("run")
  }

  private static let configuration =
    #"{"data":{"imageSize":64},"method":"switch","schedule":{"preIterations":200,"selfIterations":600}}"#

  private func write(_ lines: [String], end: String = "\n") throws {
    try folder.write(lines.joined(separator: "\n") + end, to: "run/metrics.jsonl")
  }

  private func look(_ now: Double = 1_000_100) throws -> RunStatus {
    var run = WatchedRun(path)
    return try run.look(now: now)
  }

  private static let start = #"{"event":"start","time":1000000,"ranks":2,"threads":3}"#

  private static func iteration(_ number: Int, time: Double, loss: String = "0.5") -> String {
    """
    {"event":"iteration","time":\(time),"phase":"pre-training","iteration":\(number),\
    "total":\(loss),"ce_ll":0.25,"learning_rate":0.05,"images_per_second":12.5}
    """
  }

  private static func validation(_ number: Int, _ dice: Double) -> String {
    """
    {"event":"validation","time":1000050,"phase":"pre-training","iteration":\(number),\
    "dice":\(dice),"best":true}
    """
  }

  // MARK: Incremental reading

  /// Read in pieces cut anywhere, a run is what it is read at once, at every moment.
  @Test(arguments: 0..<12) func piecesMakeTheWhole(seed: Int) throws {
    let record = RecordedRun(seed: UInt64(seed))
    let bytes = record.lines.flatMap { Array("\($0)\n".utf8) }
    var random = RandomStream(seed: 9, purpose: .kernelProbe, slot: seed)
    var run = WatchedRun(path)
    var end = 0
    while end < bytes.count {
      end = min(bytes.count, end + random.integer(in: 1..<900))
      try folder.write(Array(bytes[..<end]), to: "run/metrics.jsonl")
      if end > bytes.count / 3 && !folder.exists("run/configuration.json") {
        try folder.write(Self.configuration, to: "run/configuration.json")
      }
      #expect(try run.look(now: 1_000_100) == look())
    }
    // No iteration counts that the run has gone back behind.
    let status = try run.look(now: 1_000_100)
    #expect(status.bestIteration ?? 0 <= status.iteration ?? 0)
    if let dice = status.validationDice, let best = status.bestDice { #expect(dice <= best) }
  }

  @Test func whatIsAddedIsAllThatIsRead() throws {
    let lines = [Self.start] + (1...2000).map { Self.iteration($0 * 10, time: 1_000_000) }
    try write(lines)
    var follower = LineFollower(folder.file("run/metrics.jsonl"))
    #expect(try follower.read().lines.count == 2001)
    try write(lines + [Self.validation(20_000, 0.5)])
    #expect(try follower.read().lines.count == 1)
    #expect(try follower.read().lines.isEmpty)
  }

  // MARK: What is said

  @Test func aRunIsDescribed() throws {
    try folder.write(Self.configuration, to: "run/configuration.json")
    try write(
      [Self.start, Self.iteration(10, time: 1_000_010), Self.validation(10, 0.5)] + [
        Self.iteration(20, time: 1_000_020, loss: "null"), Self.validation(20, 0.25),
      ], end: "\n{\"event\":\"iterat")
    try makeLock(process: "self")
    let status = try look(1_000_030)
    #expect(status.state == .running && status.phase == "pre-training")
    #expect(status.iteration == 20 && status.iterations == 200 && status.progress == 0.025)
    #expect(status.ranks == 2 && status.threads == 3 && status.sessions == 1)
    #expect(status.validationDice == 0.25 && status.bestDice == 0.5 && status.bestIteration == 10)
    #expect(status.secondsPerIteration == 1 && status.imagesPerSecond == 12.5)
    // 180 iterations from the last event on, ten seconds ago.
    #expect(status.secondsLeftInPhase == 170)
    #expect(status.secondsSilent == 0 || status.secondsSilent == 10)
    #expect(status.warning == nil && status.reason == nil && status.host != nil)
  }

  /// A session that goes on from iteration 10 comes to 20 again.
  @Test func iterationsThatAreDoneAgainReplaceTheFirst() throws {
    let before = [
      Self.start, Self.iteration(10, time: 1), Self.validation(10, 0.1),
      Self.iteration(20, time: 2), Self.validation(20, 0.9), Self.iteration(30, time: 3),
    ]
    try write(before + [Self.start, Self.iteration(20, time: 9)])
    let status = try look()
    #expect(status.iteration == 20 && status.sessions == 2)
    #expect(status.validationDice == 0.1 && status.bestDice == 0.1)
    #expect(status.secondsPerIteration == nil, "not from before the interruption")
  }

  @Test func linesThatAreNoJSONAreSaid() throws {
    try write([Self.start, "{\"event\":", "", Self.iteration(10, time: 1)])
    let status = try look()
    #expect(status.iteration == 10)
    #expect(status.warning?.contains("1 lines are damaged") == true)
  }

  // MARK: Verdicts

  /// A lock as a process of this machine, or one that has ended, leaves it.
  private func makeLock(process: String) throws {
    let lock = try LockFile(on: path, against: "nobody", remedy: "nothing")
    let text = try folder.read("run/\(LockFile.name)")
    lock.release()
    var record = String(decoding: text, as: UTF8.self)
    if process == "ended" { record.replace(/"process":\d+/, with: "\"process\":999999999") }
    // Older than the records.
    record.replace(/"since":"[^"]*"/, with: "\"since\":\"1970-01-01 00:00:00 UTC\"")
    try folder.write(record, to: "run/\(LockFile.name)")
  }

  private static let done = #"{"event":"phase","time":1000080,"phase":"self-training"}"#
  private static let test =
    #"{"event":"test","time":1000090,"images":2,"dice":0.75,"iou":0.5,"hd95":null,"asd":1.5}"#

  @Test(arguments: [
    ([], nil, "", RunState.waiting),
    ([], "self", "", .starting),
    ([], nil, "12:00:00 info data\n", .failed),
    ([], nil, "12:00:00 info stopped before the first iteration\n", .stopped),
    ([start], "self", "", .starting),
    ([start, iteration(10, time: 1)], "self", "", .running),
    ([start, iteration(10, time: 1)], "ended", "", .lost),
    ([start, iteration(10, time: 1)], nil, "", .failed),
    ([start, iteration(10, time: 1), done, test], "self", "", .finishing),
    ([start, iteration(10, time: 1), done, test], nil, "", .finished),
    ([start, iteration(10, time: 1), test], nil, "", .stopped),
    ([start, test, start], nil, "", .failed),
    (
      [start, #"{"event":"stopped","time":1,"phase":"pre-training","iteration":3}"#], nil, "",
      .stopped
    ),
    ([start, #"{"event":"failed","time":1,"message":"the disk is full"}"#], nil, "", .failed),
    (
      [
        start,
        #"{"event":"divergence","time":1,"phase":"pre-training","iteration":3,"back_to":null}"#,
      ],
      nil, "", .failed
    ),
  ])
  func verdicts(lines: [String], owner: String?, log: String, state: RunState) throws {
    if !lines.isEmpty { try write(lines) }
    if !log.isEmpty { try folder.write(log, to: "run/log.txt") }
    if let owner { try makeLock(process: owner) }
    let status = try look()
    #expect(status.state == state, "\(status)")
    if state == .finished { #expect(status.scores == ["dice": 0.75, "iou": 0.5, "asd": 1.5]) }
    if state == .lost { #expect(status.reason?.contains("it has ended") == true) }
    if lines.last?.contains("disk") == true { #expect(status.reason == "the disk is full") }
  }

  @Test func aFolderThatIsNotThereIsWaitedFor() throws {
    var run = WatchedRun(folder.file("later"))
    #expect(try run.look(now: 0).reason == "there is no such folder yet")
    try folder.makeFolder("later")
    #expect(try run.look(now: 0).reason == "the folder holds no run yet")
    try folder.write("12:00:00 error no memory\n", to: "later/log.txt")
    let status = try run.look(now: 0)
    #expect(
      status.state == .failed && status.reason == "no memory" && status.warning == "no memory")
    try folder.write("x", to: "file")
    var file = WatchedRun(folder.file("file"))
    #expect(throws: FileError(folder.file("file"), "is a file, not the folder of a run")) {
      try file.look(now: 0)
    }
  }

  @Test func theGravestStateCounts() {
    #expect(RunState.gravest([.finished, .stopped, .lost]) == .lost)
    #expect(RunState.gravest([.lost, .failed]) == .failed)
    #expect(RunState.gravest([.finished, .finished])?.exitCode == 0)
    #expect(RunState.gravest([.finished, .running])?.exitCode == 2)
    #expect(RunState.gravest([]) == nil)
  }
}
