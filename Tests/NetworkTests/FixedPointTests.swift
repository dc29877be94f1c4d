import Kernels
import Testing

@Suite struct FixedPointTests {
  /// Healthy numbers are no divergence, at whatever `--img-size` and `--batch-size`: what is summed are
  /// means, so only the number of images counts. A batch of 4096 has 2048 mixtures and 4096 views.
  @Test(arguments: [4, 16, 132, 1024, 4096]) func healthyNumbersFit(batchSize: Int) {
    let mixtures = batchSize / 2
    // The squared difference of two views' logits may well be 2 a value and more.
    for mean in [0.5, 4.5, 100, 1000] {
      #expect(FixedPoint.losses.units(mean, terms: mixtures) != nil)
    }
    for square in [1, 100, 1e4] {
      #expect(FixedPoint.moments.units(square, terms: batchSize) != nil)
    }
    for gradient in [1e-6, 1, 100] {
      #expect(FixedPoint.gradients.units(gradient, terms: batchSize) != nil)
    }
  }

  /// The numbers of the table in `FixedPoint`'s documentation.
  @Test(arguments: [
    (FixedPoint.gradients, 16, 32768.0), (.gradients, 4096, 128), (.moments, 16, 4_194_304),
    (.moments, 4096, 16384), (.losses, 16, 262144), (.losses, 4096, 1024),
  ]) func limitsAreAsDocumented(format: FixedPoint, terms: Int, limit: Double) {
    #expect(format.units(limit, terms: terms) == nil)
    #expect(format.units(limit * (1 - 0x1p-40), terms: terms) != nil)
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
  @Test(arguments: KernelNumbers.units) func largeTermsAreAddedOneByOne(unit: VectorUnit) {
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
