/// Values by the iteration of a phase, as a run tells them: one that goes back tells some again.
struct StepCurve: Equatable {
  private(set) var points: [(step: Int, value: Double)] = []

  var values: [Double] { points.map(\.value) }

  /// What was told of the same iteration or later ones does not count any more.
  mutating func add(_ value: Double, at step: Int) {
    drop(after: step - 1)
    points.append((step, value))
  }

  mutating func drop(after step: Int) {
    while let last = points.last, last.step > step { points.removeLast() }
  }

  static func == (one: StepCurve, other: StepCurve) -> Bool {
    one.points.elementsEqual(other.points) { $0.step == $1.step && $0.value == $1.value }
  }
}
