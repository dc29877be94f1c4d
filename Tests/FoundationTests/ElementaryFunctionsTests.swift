import ElementaryFunctions
import RandomNumbers
import Testing

@Suite struct ElementaryFunctionsTests {
  private typealias Values = ElementaryFunctionValues
  private typealias Functions = ElementaryFunctions

  // MARK: Accuracy

  /// Equal to the rounded exact value or its neighbour.
  private func expectClose(
    _ value: Double, _ exact: Double, _ place: String, source: SourceLocation = #_sourceLocation
  ) {
    #expect(
      value == exact || value == exact.nextUp || value == exact.nextDown, "\(place): \(value)",
      sourceLocation: source)
  }

  @Test func exactValuesAreWithinOneUnitInTheLastPlace() {
    withGradualUnderflow {
      for (x, exact) in Values.exp { expectClose(Functions.exp(x), exact, "exp \(x)") }
      for (x, exact) in Values.log { expectClose(Functions.log(x), exact, "log \(x)") }
      for (x, exact) in Values.sin { expectClose(Functions.sin(x), exact, "sin \(x)") }
      for (x, exact) in Values.cos { expectClose(Functions.cos(x), exact, "cos \(x)") }
      for (y, x, exact) in Values.atan2 {
        expectClose(Functions.atan2(y, x), exact, "atan2 \(y), \(x)")
      }
      for (x, y, exact) in Values.pow { expectClose(Functions.pow(x, y), exact, "pow \(x), \(y)") }
      for (turns, denominator, cosine, sine) in Values.turns {
        let place = "\(turns) / \(denominator) turns"
        expectClose(Functions.cos(turns: turns, over: denominator), cosine, "cos \(place)")
        expectClose(Functions.sin(turns: turns, over: denominator), sine, "sin \(place)")
      }
    }
  }

  @Test func identitiesHold() {
    withGradualUnderflow {
      var stream = RandomStream(seed: 5, purpose: .kernelProbe)
      for _ in 0..<2000 {
        let x = stream.uniform(in: -1e4..<1e4)
        let cosine = Functions.cos(x)
        let sine = Functions.sin(x)
        #expect(abs(cosine * cosine + sine * sine - 1) < 1e-15)
        #expect(Functions.cos(-x) == cosine && Functions.sin(-x) == -sine)
        let angle = x.remainder(dividingBy: 2 * Double.pi)
        #expect(abs(Functions.atan2(sine, cosine) - angle) < 1e-11)
        let power = stream.uniform(in: -300..<300)
        #expect(abs(Functions.log(Functions.exp(power)) - power) < 1e-13)
        #expect(abs(Functions.pow(Functions.exp(power), 1 / power) / 2.718281828459045 - 1) < 1e-15)
        #expect(abs(Functions.exp(power) * Functions.exp(-power) - 1) < 1e-15)
      }
    }
  }

  // MARK: The same bits everywhere

  /// FNV-1a over 64-bit words of 5000 results.
  private func digest(
    _ low: Double, _ high: Double, _ function: (Double, inout RandomStream) -> Double
  ) -> UInt64 {
    var stream = RandomStream(seed: 6, purpose: .kernelProbe)
    return (0..<5000).reduce(0xCBF2_9CE4_8422_2325) { hash, _ in
      let value = function(stream.uniform(in: low..<high), &stream)
      return (hash ^ value.bitPattern) &* 0x100_0000_01B3
    }
  }

  /// These change with any bit of any result, and with them phantoms and training runs.
  @Test func bitsArePinned() {
    withGradualUnderflow {
      #expect(digest(-750, 720) { x, _ in Functions.exp(x) } == 4_427_799_864_862_751_692)
      #expect(digest(-1, 1) { x, _ in Functions.exp(x) } == 16_244_781_652_236_379_657)
      #expect(digest(0, 3) { x, _ in Functions.log(x) } == 15_085_934_066_534_768_253)
      #expect(digest(-100, 100) { x, _ in Functions.sin(x) } == 13_323_621_863_213_955_397)
      #expect(digest(-1e4, 1e4) { x, _ in Functions.cos(x) } == 17_741_235_539_147_599_941)
      #expect(
        digest(-1, 1) { Functions.atan2($0, $1.uniform() - 0.5) } == 13_033_755_849_577_820_830)
      #expect(
        digest(0, 20) { Functions.pow($0, $1.uniform() * 40 - 20) } == 9_541_197_731_144_680_000)
      #expect(
        digest(-1e6, 1e6) {
          Functions.cos(turns: Int($0), over: $1.integer(in: 1..<5000))
        } == 1_304_703_053_411_856_009)
      #expect(
        digest(-1e6, 1e6) {
          Functions.sin(turns: Int($0), over: $1.integer(in: 1..<5000))
        } == 15_927_474_881_230_253_735)
    }
  }

  // MARK: Fractions of a turn

  @Test(arguments: [1, 2, 3, 5, 12, 1 << 20, 1 << 48])
  func quartersOfATurnAreExact(scale: Int) {
    for whole in [-3, 0, 4] {
      let turns = (0..<4).map { (4 * whole + $0) * scale }
      let cosines = turns.map { Functions.cos(turns: $0, over: 4 * scale) }
      let sines = turns.map { Functions.sin(turns: $0, over: 4 * scale) }
      #expect(cosines == [1, 0, -1, 0] && sines == [0, 1, 0, -1])
      #expect((cosines + sines).allSatisfy { $0 != 0 || $0.sign == .plus })
    }
  }

  @Test func eighthsAndTwelfthsAreRounded() {
    withGradualUnderflow {
      #expect(Functions.cos(turns: 1, over: 8) == 0.5.squareRoot())
      #expect(Functions.sin(turns: 1, over: 8) == 0.5.squareRoot())
      #expect(Functions.cos(turns: 1, over: 6) == 0.5 && Functions.sin(turns: 1, over: 12) == 0.5)
      #expect(Functions.cos(turns: 1, over: 12) == 0.75.squareRoot())
      #expect(Functions.cos(turns: 1, over: 3) == -0.5)
    }
  }

  @Test func turnsAreSymmetric() {
    withGradualUnderflow {
      for denominator in 1...70 {
        for turns in -denominator...denominator {
          let cosine = Functions.cos(turns: turns, over: denominator)
          let sine = Functions.sin(turns: turns, over: denominator)
          #expect(cosine == Functions.cos(turns: -turns, over: denominator))
          #expect(sine == -Functions.sin(turns: -turns, over: denominator))
          #expect(cosine == Functions.cos(turns: 3 * turns, over: 3 * denominator))
          #expect(sine == Functions.sin(turns: turns + 5 * denominator, over: denominator))
          #expect(cosine == Functions.sin(turns: 4 * turns + denominator, over: 4 * denominator))
        }
      }
    }
  }

  // MARK: Special values

  @Test func exponentialsAndLogarithmsAtTheEnds() {
    withGradualUnderflow {
      #expect(Functions.exp(0) == 1 && Functions.exp(-0.0) == 1)
      #expect(Functions.exp(709.782712893384).isFinite)
      for x in [709.7827128933841, 1e300, .infinity] { #expect(Functions.exp(x) == .infinity) }
      // The exact value rounded once, to a multiple of 2⁻¹⁰⁷⁴.
      #expect(Functions.exp(-730).bitPattern == 0x1C7EA3)
      #expect(Functions.exp(-745.13) == .leastNonzeroMagnitude)
      for x in [-745.2, -1e300, -.infinity] { #expect(Functions.exp(x) == 0) }
      #expect(Functions.log(1) == 0 && Functions.log(.infinity) == .infinity)
      for zero in [0, -0.0] { #expect(Functions.log(zero) == -.infinity) }
      for x in [-1, -Double.leastNonzeroMagnitude, -.infinity, .nan] {
        #expect(Functions.log(x).isNaN)
      }
      #expect(Functions.exp(.nan).isNaN)
    }
  }

  @Test func wavesAtTheEnds() {
    withGradualUnderflow {
      for zero in [0, -0.0] {
        #expect(Functions.sin(zero).bitPattern == zero.bitPattern)
        #expect(Functions.cos(zero) == 1)
      }
      for x in [Double.infinity, -.infinity, .nan] {
        #expect(Functions.sin(x).isNaN && Functions.cos(x).isNaN)
      }
      #expect(Functions.sin(.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
    }
  }

  @Test func anglesOfAxesZerosAndInfinities() {
    withGradualUnderflow {
      func expect(_ y: Double, _ x: Double, _ angle: Double) {
        #expect(Functions.atan2(y, x).bitPattern == angle.bitPattern, "\(y), \(x)")
        #expect(Functions.atan2(-y, x).bitPattern == (-angle).bitPattern, "\(-y), \(x)")
      }
      // Double.pi is rounded towards zero, here as in the exact value's nearest Double.
      for x in [0, 1, .infinity] as [Double] {
        expect(0, x, 0)
        expect(0, -x, .pi)
      }
      for y in [1, .infinity] as [Double] {
        expect(y, 0, .pi / 2)
        expect(y, -0.0, .pi / 2)
      }
      expect(1, .infinity, 0)
      expect(1, -.infinity, .pi)
      expect(.infinity, 1, .pi / 2)
      for size in [1, .infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude] as [Double] {
        expect(size, size, .pi / 4)
        expect(size, -size, 0x1.2d97c7f3321d2p1)  // 3π/4
      }
      #expect(Functions.atan2(.nan, 1).isNaN && Functions.atan2(1, .nan).isNaN)
    }
  }

  @Test func powersAtTheEnds() {
    withGradualUnderflow {
      #expect(Functions.pow(2, 10) == 1024 && Functions.pow(10, 2) == 100)
      #expect(Functions.pow(2, -1074) == .leastNonzeroMagnitude && Functions.pow(9, 0.5) == 3)
      #expect(Functions.pow(2, 1024) == .infinity && Functions.pow(2, -1100) == 0)
      #expect(Functions.pow(.infinity, 0.5) == .infinity && Functions.pow(.infinity, -1) == 0)
      #expect(Functions.pow(0.5, .infinity) == 0 && Functions.pow(2, .infinity) == .infinity)
      #expect(Functions.pow(.nan, 0) == 1 && Functions.pow(1, .nan) == 1)
      #expect(Functions.pow(.nan, 1).isNaN && Functions.pow(2, .nan).isNaN)
    }
  }
}
