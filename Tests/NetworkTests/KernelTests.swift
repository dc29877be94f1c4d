import Kernels
import RandomNumbers
import Tensors
import Testing
import VectorInterface

/// Single kernels against plain loops, for both processor families.
@Suite struct KernelTests {
  @Test(arguments: KernelNumbers.units) func planesSurviveTheBlockedLayout(unit: VectorUnit) {
    let kernels = unit.mapKernels(.fp32)
    let values = KernelNumbers.random(20 * 48, seed: 1)
    let map = TestMap(planes: values, pixels: 48, kernels)
    var planes = [Float](repeating: .nan, count: values.count)
    kernels.extractPlanes(map.map, channels: 20, pixels: 48, into: &planes)
    #expect(planes == values)
    #expect(map.planes == values + [Float](repeating: 0, count: 12 * 48))
  }

  /// Dropout is a function of channel and pixel, of images smaller than a byte of bits too.
  @Test(arguments: KernelNumbers.units, [1, 4, 16, 20, 25, 64])
  func dropoutFollowsTheScalarGenerator(unit: VectorUnit, pixels: Int) {
    let kernels = unit.mapKernels(.fp32)
    let (channels, layer) = (32, 5)
    let pattern = DropoutPattern(
      rate: 0.3, key: RandomStream.key(seed: 9, purpose: .dropout), layer: layer, sample: 77,
      iteration: 123)
    let groups = (pixels + 7) / 8
    #expect(kernels.dropoutByteCount(pixels: pixels, blocks: 2) == groups * channels)
    // What was there before says nothing.
    var bits = [UInt8](repeating: 0x5A, count: groups * channels)
    kernels.drawDropout(pattern, pixels: pixels, blocks: 2, into: &bits)
    let threshold = UInt32((0.3 * 65536).rounded())
    let expected = (0..<(channels * pixels)).map { k -> Bool in
      let (channel, pixel) = k.quotientAndRemainder(dividingBy: pixels)
      let words = Philox.words(
        Philox.Counter(UInt32(pixel / 8), UInt32(channel) | UInt32(layer) << 16, 77, 123),
        key: pattern.key)
      return words[pixel % 8 / 2] >> (pixel % 2 == 0 ? 0 : 16) & 0xFFFF >= threshold
    }
    let kept = (0..<(channels * pixels)).map { k -> Bool in
      let (channel, pixel) = k.quotientAndRemainder(dividingBy: pixels)
      let group = channel / 16 * groups + pixel / 8
      return bits[group * 16 + channel % 16] >> UInt8(pixel % 8) & 1 == 1
    }
    #expect(kept == expected)
    #expect(expected.contains(false) && expected.contains(true))
    #expect(pattern.keptScale == Float(65536 / (65536 - Double(threshold))))
  }

  /// The adjoint: ⟨enlarge(x), g⟩ = ⟨x, enlargeBackward(g)⟩, and pooling alike.
  @Test(arguments: KernelNumbers.units) func resamplingGradientsAreAdjoint(unit: VectorUnit) {
    let kernels = unit.mapKernels(.fp32)
    let (height, width) = (6, 10)
    let small = TestMap(
      planes: KernelNumbers.random(16 * height * width, seed: 2), pixels: height * width, kernels)
    let large = TestMap(
      planes: KernelNumbers.random(64 * height * width, seed: 3), pixels: 4 * height * width,
      kernels)
    let enlargement = Enlargement(height: height, width: width)
    let enlarged = enlargement.forward(small)
    let gathered = enlargement.backward(large)
    #expect(abs(product(enlarged, large.planes) - product(small.planes, gathered)) < 1e-3)
    // Pooling: a linear map around its own maxima.
    let pooling = Pooling(height: 2 * height, width: 2 * width)
    let pooled = pooling.forward(large)
    let scattered = pooling.backward(gradient: small, large)
    #expect(abs(product(pooled, small.planes) - product(large.planes, scattered)) < 1e-3)
    #expect(scattered.count { $0 != 0 } == small.planes.count { $0 != 0 })
    let added = pooling.backward(gradient: small, large, old: large.planes)
    #expect(added == zip(large.planes, scattered).map(+))
  }

  private func product(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// Equal pixels: the gradient goes to the first in raster order, as in PyTorch.
  @Test(arguments: KernelNumbers.units) func poolingTiesGoToTheFirst(unit: VectorUnit) {
    let kernels = unit.mapKernels(.fp32)
    let gradient = TestMap(planes: [Float](repeating: 1, count: 16), pixels: 1, kernels)
    for (values, winner) in [
      ([2, 2, 2, 2], 0), ([1, 2, 2, 0], 1), ([0, 1, 2, 2], 2), ([0, 1, 1, 2], 3),
    ] as [([Float], Int)] {
      let x = TestMap(planes: (0..<16).flatMap { _ in values }, pixels: 4, kernels)
      let result = Pooling(height: 2, width: 2).backward(gradient: gradient, x)
      #expect(result == (0..<64).map { $0 % 4 == winner ? 1 : 0 })
    }
  }

  // MARK: Exact sums

  @Test(arguments: KernelNumbers.units) func fixedPointSumsDoNotDependOnOrder(unit: VectorUnit) {
    let terms = (0..<50).map { KernelNumbers.random(33, -100..<100, seed: UInt64($0)) }
    func sum(_ order: [Int]) -> [Int64] {
      var sums = [Int64](repeating: 0, count: 33)
      for index in order {
        #expect(
          FixedPoint.gradients.add(
            terms[index], count: 33, terms: 50, to: &sums, kernels: unit.kernels))
      }
      return sums
    }
    let forward = sum(Array(0..<50))
    #expect(sum(Array((0..<50).reversed())) == forward)
    let exact = (0..<33).map { k in
      terms.reduce(Int64(0)) { $0 + FixedPoint.gradients.units(Double($1[k]), terms: 50)! }
    }
    #expect(forward == exact)
  }

  @Test func fixedPointRoundsToEvenAndRefusesWhatCouldWrap() {
    let unit = 0x1p-43
    #expect(FixedPoint.gradients.units(0.5 * unit, terms: 4096) == 0)
    #expect(FixedPoint.gradients.units(1.5 * unit, terms: 4096) == 2)
    #expect(FixedPoint.gradients.units(-0.5 * unit, terms: 4096) == 0)
    #expect(
      FixedPoint.gradients.units(.nan, terms: 4096) == nil
        && FixedPoint.gradients.units(.infinity, terms: 4096) == nil)
    #expect(FixedPoint.gradients.units(0x1p7, terms: 4096) == nil)
    #expect(FixedPoint.gradients.units(0x1p7 - 0x1p-43, terms: 4096) != nil)
  }

  /// Whichever thread takes an item: the numbers come from memory, so that they are computed here.
  @Test func poolsFlushDenormals() {
    let pool = WorkerPool(count: 3)
    let numbers = AlignedBuffer<Float>(count: 3 * 64)
    numbers.fill(with: Float.leastNormalMagnitude)
    pool.run(64) { _, item in
      let place = 3 * item
      numbers.values[place + 1] = numbers.values[place] * 0.5
      numbers.values[place + 2] = Float(bitPattern: UInt32(item + 1)) * 0x1p120
    }
    for item in 0..<64 {
      #expect(numbers.values[3 * item] == Float.leastNormalMagnitude)
      #expect(numbers.values[3 * item + 1] == 0)
      #expect(numbers.values[3 * item + 2] == 0)
    }
  }

  @Test func poolsRunEachItemOnce() {
    let pool = WorkerPool(count: 3)
    for items in [0, 1, 2, 7, 100] {
      let counts = AlignedBuffer<Int32>(count: max(items, 1))
      pool.run(items) { _, item in counts.values[item] += 1 }
      #expect(counts.values.prefix(items).allSatisfy { $0 == 1 })
    }
  }
}
