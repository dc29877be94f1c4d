/// Round numbers along one side of a chart.
package struct Axis: Equatable {
  /// First and last value of the chart.
  package let range: ClosedRange<Double>
  package let ticks: [Double]
  /// Decimals that tell the ticks apart.
  package let places: Int

  /// About `count` steps of 1, 2 or 5 times a power of ten that cover `values`.
  ///
  /// - Parameter endsThere: end at the last value instead of the next tick.
  package init(covering values: ClosedRange<Double>, count: Int = 5, endsThere: Bool = false) {
    let span = values.upperBound - values.lowerBound
    // Below a billionth there are no decimals to tell ticks apart.
    let width = span > 1e-8 ? span : max(abs(values.upperBound), 1)
    var power = 1.0
    while power * 10 <= width / Double(count) { power *= 10 }
    while power > width / Double(count) { power /= 10 }
    let step = power * ([1, 2, 5].first { width / (power * $0) <= Double(count) } ?? 10)
    let first = (values.lowerBound / step + 1e-9).rounded(.down)
    let last = max((values.upperBound / step - 1e-9).rounded(.up), first + 1)
    let end = endsThere && width > 0 ? max(values.upperBound, first * step + width) : last * step
    range = (first * step)...end
    ticks = (0...Int(last - first)).map { (first + Double($0)) * step }.filter {
      $0 <= end + step * 1e-6
    }
    var places = 0
    var scale = step
    while scale < 0.999999, places < 9 {
      scale *= 10
      places += 1
    }
    self.places = places
  }

  /// 0 at the first value, 1 at the last.
  package func position(_ value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}
