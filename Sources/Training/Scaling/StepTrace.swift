/// What one rank's step is made of: how long it computes before each of its exchanges.
package struct StepTrace: Sendable {
  package var events: [StepEvent]
  /// [steps][events], seconds of computing before each event.
  package var seconds: [[Double]]

  package init(events: [StepEvent], seconds: [[Double]]) {
    self.events = events
    self.seconds = seconds
  }

  /// Without the quickest and the slowest quarter of the steps: what else the machine does is not the step's.
  package var typical: StepTrace {
    let sorted = seconds.sorted { $0.reduce(0, +) < $1.reduce(0, +) }
    let quarter = sorted.count / 4
    return StepTrace(events: events, seconds: Array(sorted.dropFirst(quarter).dropLast(quarter)))
  }

  /// The same step where each piece takes longer by a factor.
  package func scaled(by factor: Double) -> StepTrace {
    StepTrace(events: events, seconds: seconds.map { $0.map { $0 * factor } })
  }
}
