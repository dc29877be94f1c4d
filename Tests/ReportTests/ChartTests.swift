import Report
import Testing

@Suite struct ChartTests {
  @Test func everyValueFallsIntoABin() {
    let chart = Histogram(
      title: "Dice", xTitle: "", values: [0, 4.9, 5, 50, 99.9, 100], range: 0...100)
    let bins = chart.bins(Axis(covering: 0...100))
    #expect(bins.count == 20)
    #expect(bins.map(\.count).reduce(0, +) == 6)
    #expect(bins[0].count == 2 && bins[1].count == 1 && bins[10].count == 1)
    #expect(bins[19].count == 2)
  }

  @Test func longCurvesAreThinnedToMeans() {
    let points = (1...1000).map { (step: Double($0), value: Double($0)) }
    let thinned = LineChart.thinned(points)
    #expect(thinned.count <= LineChart.mostPoints)
    #expect(thinned[0].step == 3 && thinned[0].value == 2)
    #expect(thinned.last?.step == 1000)
    #expect(LineChart.thinned(Array(points[..<10])).count == 10)
  }
}
