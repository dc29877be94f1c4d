import Metrics
import Testing

@Suite struct BootstrapIntervalTests {
  /// For many values the interval nears mean ± 1.96 standard errors.
  @Test func itNearsTheNormalInterval() throws {
    let values = (0..<400).map { Double($0 % 20) }
    let interval = try #require(BootstrapInterval(of: values))
    // Uniform on 0…19: variance (20² − 1)/12 = 33.25.
    let halfWidth = 1.96 * (33.25 / 400).squareRoot()
    #expect(interval.mean == 9.5)
    #expect(abs(interval.lower - (9.5 - halfWidth)) < 0.05)
    #expect(abs(interval.upper - (9.5 + halfWidth)) < 0.05)
    #expect(BootstrapInterval(of: values) == interval)
  }

  @Test func equalValuesLeaveNoDoubtAndOneValueNothing() throws {
    let interval = try #require(BootstrapInterval(of: [0.25, 0.25, 0.25]))
    #expect(interval.lower == 0.25 && interval.upper == 0.25)
    #expect(BootstrapInterval(of: [1]) == nil)
  }
}
