import Runs
import Studies
import Telemetry

/// How far a study is: a line that is redrawn on a terminal, and one now and then elsewhere.
struct StudyProgressLine {
  private unowned let worker: StudyWorker
  /// Something has changed.
  var isDue = true
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var lastText = ""
  private var workAtStart: Double?

  init(_ worker: StudyWorker) { self.worker = worker }

  /// At most once a second on a terminal; elsewhere after a change and once a minute.
  mutating func show() {
    let interval: Duration =
      worker.console.isInteractive || isDue ? .seconds(1) : .seconds(60)
    if let lastShown, ContinuousClock.now - lastShown < interval { return }
    lastShown = .now
    isDue = false
    let text = text()
    guard !worker.console.isInteractive else { return worker.console.draw(progress: text) }
    if text != lastText { worker.console.write(line: text) }
    lastText = text
  }

  private mutating func text() -> String {
    var (work, total) = (0.0, 0.0)
    for point in worker.study.points where worker.failures[point.name] == nil {
      total += point.work
      work +=
        worker.isDone(point) ? point.work : point.workDone(in: worker.study.folder.run(point))
    }
    let before = workAtStart ?? work
    workAtStart = before
    var parts = ["\(worker.doneCount) of \(worker.study.points.count) runs done"]
    if !worker.runningPoints.isEmpty { parts.append("\(worker.runningPoints.count) here") }
    if !worker.elsewhere.isEmpty { parts.append("\(worker.elsewhere.count) elsewhere") }
    if !worker.failures.isEmpty { parts.append("\(worker.failures.count) failed") }
    if total > 0 { parts.append("\(decimalText(100 * work / total, places: 1)) %") }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if work > before {
      let left = seconds * (total - work) / (work - before)
      parts.append("\(durationText(seconds: left)) left")
    }
    return parts.joined(separator: " · ")
  }
}
