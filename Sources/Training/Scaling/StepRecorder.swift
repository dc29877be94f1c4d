import Learning
import Network

/// Stands in for the other ranks while one computes alone, and notes what it would ask of them and when.
final class StepRecorder: StepExchange {
  private(set) var events: [StepEvent] = []
  private(set) var seconds: [Double] = []
  private var mark = ContinuousClock.now
  private let teacher: NetworkRunner?

  init(teacher: NetworkRunner?) { self.teacher = teacher }

  /// Before each step.
  func begin() {
    events.removeAll(keepingCapacity: true)
    seconds.removeAll(keepingCapacity: true)
    mark = .now
  }

  func note(_ event: StepEvent) {
    let now = ContinuousClock.now
    seconds.append((now - mark) / .seconds(1))
    events.append(event)
    mark = .now
  }

  func sum(_ values: UnsafeMutableBufferPointer<Int64>) {
    note(.sum(bytes: 8 * values.count))
  }
  func startSum(_ values: UnsafeMutableBufferPointer<Int64>, of runner: NetworkRunner) {
    note(.start(stream(runner), bytes: 8 * values.count))
  }
  func finishSum(of runner: NetworkRunner) { note(.finish(stream(runner))) }
  func gradientsReady(_ range: Range<Int>) { note(.gradients(range)) }
  func awaitTeacher() { note(.awaitTeacher) }

  private func stream(_ runner: NetworkRunner) -> StepEvent.Stream {
    runner === teacher ? .teacher : .student
  }
}
