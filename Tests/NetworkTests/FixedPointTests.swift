import Kernels
import Testing

@Suite struct FixedPointTests {
  /// The squared difference of two views' logits at 256×256 may well be 2 a value and more; the
  /// fixed point must not take that for a run that has diverged.
  @Test func lossesOfFullSizeImagesFit() {
    let values = 2.0 * 256 * 256
    for mean in [0.5, 2.5, 100, 1000] {
      #expect(FixedPoint.losses.units(mean * values, terms: 8) != nil)
    }
    #expect(FixedPoint.moments.units(1e6, terms: 32) != nil)
  }

  @Test(arguments: [FixedPoint.losses, .moments, .gradients], [1, 3, 8, 32, 4096])
  func noSumOfAcceptedTermsWraps(format: FixedPoint, terms: Int) throws {
    let limit = 0x1p62 / Double(terms) / format.scale
    #expect(format.units(limit, terms: terms) == nil)
    #expect(format.units(-limit, terms: terms) == nil)
    let largest = try #require(format.units(limit * (1 - 0x1p-30), terms: terms))
    let (_, wraps) = largest.multipliedReportingOverflow(by: Int64(terms))
    #expect(!wraps)
  }

  @Test func numbersThatAreNotFiniteAreRefused() {
    for value in [Double.nan, .infinity, -.infinity] {
      #expect(FixedPoint.losses.units(value, terms: 1) == nil)
    }
  }

  /// Terms beyond the vector kernel's reach are added exactly too; one bad term adds nothing.
  @Test(arguments: LossGradientTests.units) func largeTermsAreAddedOneByOne(unit: VectorUnit) {
    let format = FixedPoint.gradients
    let values: [Float] = [1000.123, -0.5, 3e4, 1e-9]
    var sums = [Int64](repeating: 1, count: 4)
    #expect(format.add(values, count: 4, terms: 16, to: &sums, kernels: unit.kernels))
    #expect(sums == values.map { format.units(Double($0), terms: 16)! + 1 })
    let before = sums
    for bad in [Float.nan, .infinity, -4e4] {
      let values = [1, 2, bad, 3]
      #expect(!format.add(values, count: 4, terms: 16, to: &sums, kernels: unit.kernels))
      #expect(sums == before)
    }
  }

  @Test func aTermIsRoundedOnceToTheNearestUnit() {
    let unit = 1 / FixedPoint.losses.scale
    #expect(FixedPoint.losses.units(2.4 * unit, terms: 1) == 2)
    #expect(FixedPoint.losses.units(-2.6 * unit, terms: 1) == -3)
    #expect(FixedPoint.losses.value(3) == 3 * unit)
  }
}
