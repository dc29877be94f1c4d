import Datasets
import Files
import Imaging
import Phantoms
import RandomNumbers
import TestSupport
import Testing

@Suite struct PhantomTests {
  // MARK: The same everywhere

  /// FNV-1a, 64 bits.
  private func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test func firstImageIsPinned() {
    let first = MaskedImage(phantom: 0, size: 64, seed: 1)
    #expect(hash(first.image.pixels) == 5_174_529_480_118_219_757)
    #expect(hash(first.mask.pixels) == 2_949_875_149_169_174_652)
  }

  @Test func threadsChangeNothing() throws {
    let one = try Phantom.generate(count: 7, size: 64, seed: 3, threads: 1)
    let three = try Phantom.generate(count: 7, size: 64, seed: 3, threads: 3)
    #expect(one.images == three.images)
    #expect(one.labels == three.labels)
    #expect(one.sourceDigest == three.sourceDigest)
  }

  @Test func everyImageAndSeedIsAnother() {
    let images = (0..<6).map { MaskedImage(phantom: $0, size: 64, seed: 3).image.pixels }
    let others = (0..<6).map { MaskedImage(phantom: $0, size: 64, seed: 4).image.pixels }
    #expect(Set(images + others).count == 12)
  }

  // MARK: Lists

  @Test(arguments: [(4, 2, 1, 1), (10, 7, 1, 2), (200, 140, 20, 40), (13, 9, 1, 3)])
  func splitsAreSeventyTenTwenty(count: Int, train: Int, validation: Int, test: Int) throws {
    let splits = try Phantom(count: count, seed: 1).splits
    #expect(splits.train.count == train)
    #expect(splits.validation.count == validation)
    #expect(splits.test.count == test)
    #expect(splits.train + splits.validation + splits.test == Array(0..<count))
  }

  @Test func namesAreNumberedFromOne() throws {
    let names = try Phantom(count: 10_000, seed: 1).names
    #expect(names.first == "phantom_0001.png")
    #expect(names.last == "phantom_10000.png")
  }

  @Test(arguments: [(3, 256), (-1, 256), (2_000_000, 256), (10, 16), (10, 4096)])
  func impossibleSetsAreRefused(count: Int, size: Int) {
    let error = #expect(throws: FileError.self) {
      try Phantom(count: count, size: size, seed: 1)
    }
    #expect(error?.description.contains("\(count < 4 || count > 200 ? count : size)") == true)
  }

  // MARK: Likeness

  /// Squared envelopes of fully developed speckle are exponentially distributed.
  @Test func speckleIsFullyDeveloped() {
    let field = SpeckleField(size: 256, axialSpread: 0.9, lateralSpread: 1.3...1.8, focus: 0.5)
    let values = field.intensities(
      amplitudes: [Float](repeating: 1, count: 256 * 256),
      key: RandomStream.key(seed: 7, purpose: .phantom), index: 0
    ).map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    #expect(abs(mean - 1) < 0.03)
    #expect(abs(variance.squareRoot() / mean - 1) < 0.04)
    let envelopes = values.map { $0.squareRoot() }
    let envelope = envelopes.reduce(0, +) / count
    let spread = (mean - envelope * envelope).squareRoot()
    #expect(abs(envelope / spread - 1.913) < 0.05, "mean over deviation of a Rayleigh envelope")
    for level in [0.5, 1.0, 2.0, 4.0] {
      let share = Double(values.count { $0 > level }) / count
      #expect(abs(share - exponential(level)) < 0.015)
    }
  }

  /// e to the power of −x, x in halves.
  private func exponential(_ x: Double) -> Double {
    (0..<Int(2 * x)).reduce(1) { value, _ in value * 0.606_530_659_712_633_4 }
  }

  /// Neighbours resemble each other more across the beam than along it.
  @Test func speckleIsWiderThanHigh() {
    let field = SpeckleField(size: 128, axialSpread: 0.9, lateralSpread: 1.6...1.6, focus: 0.5)
    let values = field.intensities(
      amplitudes: [Float](repeating: 1, count: 128 * 128),
      key: RandomStream.key(seed: 7, purpose: .phantom), index: 1)
    func correlation(_ dx: Int, _ dy: Int) -> Float {
      var sum: Float = 0
      for y in 0..<120 {
        for x in 0..<120 {
          sum += (values[y * 128 + x] - 1) * (values[(y + dy) * 128 + x + dx] - 1)
        }
      }
      return sum / (120 * 120)
    }
    #expect(correlation(2, 0) > 0.25)
    #expect(correlation(2, 0) > 2 * correlation(0, 2))
    #expect(correlation(0, 1) > 0.2)
  }

  @Test func everyImageHasOneLesionOfFittingArea() {
    for index in 0..<150 {
      let mask = MaskedImage(phantom: index, size: 128, seed: 11).mask
      let area = Double(mask.pixels.count { $0 == 1 }) / Double(128 * 128)
      #expect((0.01...0.25).contains(area), "image \(index)")
      let components = Components(of: mask.pixels, width: 128, height: 128)
      #expect(components.sizes.count { $0 > 4 } == 1, "image \(index)")
    }
  }

  /// Lesions differ from their surroundings, most are darker.
  @Test func lesionsStandOut() throws {
    var darker = 0
    var brighter = 0
    for index in 0..<100 {
      let difference = try contrast(MaskedImage(phantom: index, size: 128, seed: 12))
      if difference < -10 { darker += 1 }
      if difference > 10 { brighter += 1 }
    }
    #expect(darker >= 75)
    #expect(brighter >= 2)
    #expect(darker + brighter >= 85)
  }

  /// Mean gray level of the lesion less that of a ring around it.
  private func contrast(_ phantom: MaskedImage) throws -> Double {
    let width = phantom.mask.width
    let distances = try #require(
      DistanceTransform.squaredDistances(
        toForegroundOf: phantom.mask.pixels, width: width, height: width))
    var inside: [Double] = []
    var ring: [Double] = []
    for (index, gray) in phantom.image.pixels.enumerated() {
      if phantom.mask.pixels[index] == 1 {
        inside.append(Double(gray))
      } else if distances[index] < 100 {
        ring.append(Double(gray))
      }
    }
    return inside.reduce(0, +) / Double(inside.count) - ring.reduce(0, +) / Double(ring.count)
  }

  /// Brightness alone does not find them: the best of all thresholds, chosen on the test images
  /// themselves, stays below a mean Dice of 0.5.
  @Test func thresholdsFail() throws {
    let phantom = try Phantom(count: 200, seed: 1)
    let images = phantom.splits.test.map { phantom.image($0) }
    var dark = [Double](repeating: 0, count: 256)
    var bright = dark
    for one in images {
      let (darkSide, brightSide) = scores(one)
      for level in 0..<256 {
        dark[level] += darkSide[level] / Double(images.count)
        bright[level] += brightSide[level] / Double(images.count)
      }
    }
    let best = (dark: dark.max() ?? 1, bright: bright.max() ?? 1)
    print("phantom: best dark threshold Dice \(best.dark), best bright threshold \(best.bright)")
    #expect(best.dark < 0.5)
    #expect(best.bright < 0.5)
    #expect(best.dark > 0.05, "a threshold that finds nothing would show a broken measure")
  }

  /// Dice of "at most this level" and of "above this level", for every level.
  private func scores(_ one: MaskedImage) -> (dark: [Double], bright: [Double]) {
    var found = 0
    var both = 0
    let all = one.image.histogram
    var lesion = [Int](repeating: 0, count: 256)
    for (gray, truth) in zip(one.image.pixels, one.mask.pixels) { lesion[Int(gray)] += Int(truth) }
    let truth = lesion.reduce(0, +)
    let pixels = one.image.pixels.count
    var dark: [Double] = []
    var bright: [Double] = []
    for level in 0..<256 {
      found += all[level]
      both += lesion[level]
      dark.append(2 * Double(both) / Double(found + truth))
      bright.append(2 * Double(truth - both) / Double(pixels - found + truth))
    }
    return (dark, bright)
  }
}
