/// The progress line of a run, drawn at most ten times a second, and only on a terminal; in a file
/// or a pipe the log's own lines tell how far the run is.
public struct ProgressLine: ~Copyable {
  private let console: Console
  private var lastDrawn: ContinuousClock.Instant?

  public init(console: Console) { self.console = console }

  deinit { console.clearProgress() }

  /// Shows `progress`, unless the last line is younger than a tenth of a second.
  public mutating func show(_ progress: Progress) {
    guard console.isInteractive else { return }
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    console.draw(progress: progress.text(width: console.columns - 1))
  }

  /// Takes the line away, at the end of a phase.
  public mutating func clear() {
    lastDrawn = nil
    console.clearProgress()
  }
}
