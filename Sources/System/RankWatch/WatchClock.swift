/// Time that this process was not stopped: a job that was suspended as a whole and goes on is not taken for
/// one that hangs.
struct WatchClock {
  private(set) var now = Duration.zero
  private var last = ContinuousClock.now

  /// To be called several times a second.
  mutating func advance() {
    let instant = ContinuousClock.now
    // A longer step means that this process stood still itself.
    now += min(instant - last, .seconds(2))
    last = instant
  }
}
