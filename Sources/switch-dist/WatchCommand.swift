import ArgumentParser
import Glibc
import Runs
import Settings
import Telemetry
import Watching

/// `switch-dist watch`: how runs are doing, from their records.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show how runs are doing, wherever they run, until they end.",
    discussion: """
      Examples:
        switch-dist watch runs/first
        switch-dist watch runs
        switch-dist watch runs/first runs/second --once --json

      Reads the records in the runs' folders only: it may be started on any machine that sees them, \
      before the run or in the midst of it, and as often as wanted. Of a folder that holds runs, or \
      has a folder runs that does, all are shown, one a line. On a terminal the lines are drawn over \
      each second; in a pipe there is one for each thing that is new.

      Ends when all runs have ended. Exit codes: 0 all are finished, 1 one failed, 3 one was stopped, \
      75 one is lost, since its process has ended without a word; of several the first of 1, 75, 3. \
      With --once 2 says that one is going on or has not begun.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run's folder, which need not be there yet, or a folder of runs.", valueName: "run"),
    completion: .directory)
  var runs: [String]

  @Flag(help: "Look once.")
  var once = false

  @Flag(help: "Print JSON: an object a look, on a line of its own.")
  var json = false

  @Flag(
    help: "Go on when a run was stopped, failed or is lost: it may be started again.")
  var follow = false

  @Option(help: ArgumentHelp("Seconds between two looks.", valueName: "seconds"))
  var interval = 1.0

  func validate() throws {
    guard interval >= 0.1, interval <= 3600 else {
      throw ConfigurationError("--interval must be in 0.1 … 3600 seconds, not \(interval)")
    }
    guard !runs.contains("") else {
      throw ConfigurationError("an empty name is no folder; name one")
    }
    guard !once || !follow else {
      throw ConfigurationError("--once and --follow contradict each other: use one")
    }
  }

  func run() throws {
    try requireOneProcess("watch")
    var list = WatchList(runs)
    var view = WatchView(isJSON: json, isOnce: once)
    while true {
      let time = MetricsWriter.wallTime()
      let sections = try list.look(now: time)
      guard try view.show(sections, time: time) else { return }
      let states = sections.flatMap { $0.runs.map(\.state) }
      let isOver = follow ? states.allSatisfy { $0 == .finished } : states.allSatisfy(\.isEnd)
      if once || isOver { return try end(states) }
      usleep(UInt32(interval * 1_000_000))
    }
  }

  private func end(_ states: [RunState]) throws {
    let code = RunState.gravest(states)?.exitCode ?? 0
    if code != 0 { throw ExitCode(code) }
  }
}
