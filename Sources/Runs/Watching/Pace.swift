/// How fast a run goes, evaluations and checkpoints included, by its last events.
struct Pace: Equatable {
  private var points: [(iteration: Int, time: Double)] = []

  /// Events that count.
  private static let window = 60

  mutating func add(iteration: Int, at time: Double) {
    points.append((iteration, time))
    if points.count > Self.window { points.removeFirst() }
  }

  /// Mean over the events; nil before the second.
  var secondsPerIteration: Double? {
    guard let first = points.first, let last = points.last, last.iteration > first.iteration,
      last.time > first.time
    else { return nil }
    return (last.time - first.time) / Double(last.iteration - first.iteration)
  }

  /// Seconds from the last event to an iteration, less those that have gone since.
  func timeLeft(to iteration: Int, now: Double) -> Double? {
    guard let seconds = secondsPerIteration, let last = points.last else { return nil }
    return max(0, seconds * Double(iteration - last.iteration) - (now - last.time))
  }

  static func == (one: Pace, other: Pace) -> Bool {
    one.points.elementsEqual(other.points) { $0.iteration == $1.iteration && $0.time == $1.time }
  }
}
