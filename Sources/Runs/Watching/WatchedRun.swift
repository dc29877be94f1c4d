import Files
import Metrics
import Runs
import Settings

/// A run that is looked at again and again: each time only what it has written since is read.
package struct WatchedRun {
  /// As it was named.
  package let path: String
  private let folder: RunFolder
  private var metrics: LineFollower
  private var log: LineFollower
  private var history = RunHistory()
  private var words = RunLogTail()
  private var configuration: RunConfiguration?
  /// Sessions when the configuration was read.
  private var configuredSessions = 0

  package init(_ path: String) {
    self.path = path
    folder = RunFolder(path)
    metrics = LineFollower(folder.metrics)
    log = LineFollower(folder.log)
  }

  /// - Parameter now: seconds since 1970.
  /// - Throws: `FileError` for what is no folder, and for records that cannot be read.
  package mutating func look(now: Double) throws(FileError) -> RunStatus {
    guard FileSystem.exists(path) else {
      return RunStatus(run: path, state: .waiting, reason: "there is no such folder yet")
    }
    guard FileSystem.isFolder(path) else {
      throw FileError(path, "is a file, not the folder of a run")
    }
    // Before the records: whoever gives the folder free has written all of them.
    let holder = LockHolder(of: path)
    try readRecords()
    var status = RunStatus(run: path, state: .waiting)
    (status.state, status.reason) = judge(holder)
    describe(&status, now: now)
    if case .process(let owner) = holder { status.host = owner.host.isEmpty ? nil : owner.host }
    return status
  }

  private mutating func readRecords() throws(FileError) {
    let news = try metrics.read()
    if news.startsOver { history = RunHistory() }
    for line in news.lines where !line.isEmpty { history.take(line: line) }
    let said = try log.read()
    if said.startsOver { words = RunLogTail() }
    for line in said.lines { words.take(line: line) }
    // Written anew by each session, soon after it says that it begins.
    guard configuration == nil || configuredSessions != history.sessions,
      let text = try? FileSystem.readText(folder.configuration),
      let read = try? RunConfiguration(json: text)
    else { return }
    (configuration, configuredSessions) = (read, history.sessions)
  }

  // MARK: The verdict

  private func judge(_ holder: LockHolder) -> (RunState, String?) {
    switch holder {
    case .gone(let owner, let reason): (.lost, "\(owner.description): \(reason)")
    case .process(let owner): working(owner)
    case .nobody: ended
    }
  }

  private func working(_ owner: LockHolder.Owner) -> (RunState, String?) {
    // A session takes the folder first, and tells of its beginning when it has its data.
    let isNew = owner.since.map { Double($0) > history.lastTime ?? 0 } ?? false
    guard !isNew, history.sessions > 0 else { return (.starting, nil) }
    switch history.ending {
    case .tested: return (.finishing, nil)
    case .stopped, .failed: return (.starting, nil)
    case nil: return (history.hasIterated ? .running : .starting, nil)
    }
  }

  private var ended: (RunState, String?) {
    switch history.ending {
    case .tested: return (.finished, nil)
    case .stopped: return (.stopped, "go on with --resume")
    case .failed(let message): return (.failed, message)
    case nil:
      guard history.sessions > 0 || words.isBegun else {
        return (.waiting, "the folder holds no run yet")
      }
      if words.isStopped { return (.stopped, "before an iteration; go on with --resume") }
      let silence = "ended without a result, and what it said is not in its log"
      return (.failed, words.error ?? silence)
    }
  }

  // MARK: What it tells

  private func describe(_ status: inout RunStatus, now: Double) {
    status.ranks = history.ranks
    status.threads = history.threads
    status.sessions = history.sessions
    status.rollbacks = history.rollbacks
    status.warning = words.warning
    if history.damagedLines > 0 {
      status.warning =
        "\(folder.metrics): \(history.damagedLines) lines are damaged and were left out"
    }
    status.validation = history.parts.map(\.validation.values)
    status.lossCurves = history.parts.map(\.loss.values)
    if case .tested(let means) = history.ending { status.scores = means }
    if !status.state.isEnd { status.secondsSilent = history.lastTime.map { max(0, now - $0) } }
    if let part = history.parts.last { describe(part, in: &status, now: now) }
  }

  private func describe(_ part: RunHistory.Part, in status: inout RunStatus, now: Double) {
    status.phase = part.phase
    status.iteration = part.iteration
    status.losses = part.losses.sorted { one, other in
      // What the gradient is of comes first.
      (one.key == RunHistory.total ? 0 : 1, one.key)
        < (other.key == RunHistory.total ? 0 : 1, other.key)
    }.map { .init(name: $0.key, value: $0.value.isFinite ? $0.value : nil) }
    status.learningRate = history.learningRate
    if let last = part.validation.points.last, last.value.isFinite {
      status.validationDice = last.value
    }
    // Of equal scores the first is the best.
    let best = part.validation.points.filter(\.value.isFinite)
      .reduce(nil as (step: Int, value: Double)?) { best, point in
        best.map { $0.value >= point.value } == true ? best : point
      }
    (status.bestDice, status.bestIteration) = (best?.value, best?.step)
    let plans = configuration?.phases ?? []
    if let configuration, let index = plans.firstIndex(where: { $0.phase.name == part.phase }) {
      let counts = plans.map { configuration.iterations(of: $0.phase) }
      status.iterations = counts[index]
      let done = counts[..<index].reduce(0, +) + part.iteration
      status.progress = Double(done) / Double(max(1, counts.reduce(0, +)))
    }
    guard !status.state.isEnd, status.state != .starting else { return }
    status.imagesPerSecond = history.imagesPerSecond
    status.secondsPerIteration = history.pace.secondsPerIteration
    status.secondsLeftInPhase = status.iterations.flatMap {
      history.pace.timeLeft(to: $0, now: now)
    }
  }
}
