/// Speed over the last steps, so that an evaluation or a slow start is soon forgotten.
public struct Throughput: Sendable {
  private var durations: [Duration] = []
  private var next = 0
  private let window: Int

  /// - Parameter window: how many steps count, 1 or more.
  public init(window: Int = 20) {
    self.window = max(1, window)
    durations.reserveCapacity(self.window)
  }

  /// Counts one step.
  public mutating func record(step: Duration) {
    if durations.count < window {
      durations.append(step)
    } else {
      durations[next] = step
      next = (next + 1) % window
    }
  }

  /// Mean seconds of a step; nil before the first.
  public var secondsPerStep: Double? {
    guard !durations.isEmpty else { return nil }
    let total = durations.reduce(Duration.zero, +)
    return total / .seconds(1) / Double(durations.count)
  }
}
