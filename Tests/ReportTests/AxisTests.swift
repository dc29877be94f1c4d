import Report
import Testing

@Suite struct AxisTests {
  @Test(arguments: [
    (0.0...1.0, [0, 0.2, 0.4, 0.6, 0.8, 1], 1), (0...1300, [0, 500, 1000, 1500], 0),
    (0.012...0.049, [0.01, 0.02, 0.03, 0.04, 0.05], 2), (-3...7, [-4, -2, 0, 2, 4, 6, 8], 0),
  ])
  func ticksAreRoundAndCover(values: ClosedRange<Double>, ticks: [Double], places: Int) {
    let axis = Axis(covering: values)
    #expect(axis.ticks.count == ticks.count)
    for (tick, expected) in zip(axis.ticks, ticks) { #expect(abs(tick - expected) < 1e-9) }
    #expect(axis.places == places)
    #expect(axis.position(axis.range.lowerBound) == 0 && axis.position(axis.range.upperBound) == 1)
  }

  @Test func anAxisMayEndWithItsValues() {
    let axis = Axis(covering: 0...1300, endsThere: true)
    #expect(axis.range == 0...1300 && axis.ticks == [0, 500, 1000])
  }

  /// One value, or values of no width, have a chart too.
  @Test(arguments: [0.0, 1, 62.5, -1e-3, 1e-13]) func aSingleValue(value: Double) {
    let axis = Axis(covering: value...value)
    #expect(axis.range.lowerBound <= value && axis.range.upperBound >= value)
    #expect(axis.range.upperBound > axis.range.lowerBound)
    #expect(axis.ticks.count < 12)
  }
}
