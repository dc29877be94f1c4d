import Telemetry

/// How far a command is that handles images one after the other, drawn on a terminal.
struct WorkProgress: ~Copyable {
  private let work: String
  private var line: ProgressLine
  private let start = ContinuousClock.now

  /// - Parameter work: what is done, such as `converting`.
  init(_ work: String, on console: Console) {
    self.work = work
    line = ProgressLine(console: console)
  }

  mutating func show(_ done: Int, of total: Int) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var progress = Progress(phase: work, iteration: done, iterationCount: total)
    if seconds > 0 { progress.imagesPerSecond = Double(done) / seconds }
    progress.timeLeft = seconds / Double(max(done, 1)) * Double(total - done)
    line.show(progress)
  }
}
