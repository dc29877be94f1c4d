import Kernels
import RandomNumbers
import Tensors
import Testing
import VectorInterface

/// Single kernels against plain loops, for both processor families.
@Suite struct KernelTests {
  /// One blocked image of `channels` × `height` × `width`, and back.
  private func blocked(
    _ planes: [Float], channels: Int, pixels: Int, _ kernels: any MapKernels.Type
  ) -> [Float] {
    let blocks = (channels + kernels.lanes - 1) / kernels.lanes
    var result = [Float](repeating: 0, count: blocks * kernels.lanes * pixels)
    kernels.insertPlanes(
      planes, channels: channels, pixels: pixels, into: &result)
    return result
  }

  private func planes(
    _ values: [Float], channels: Int, pixels: Int, _ kernels: any MapKernels.Type
  ) -> [Float] {
    var result = [Float](repeating: 0, count: channels * pixels)
    kernels.extractPlanes(values, channels: channels, pixels: pixels, into: &result)
    return result
  }

  @Test(arguments: LossGradientTests.units) func planesSurviveTheBlockedLayout(unit: VectorUnit) {
    let values = LossGradientTests.random(20 * 48, -1..<1, seed: 1)
    let inside = blocked(values, channels: 20, pixels: 48, unit.mapKernels(.fp32))
    #expect(planes(inside, channels: 20, pixels: 48, unit.mapKernels(.fp32)) == values)
  }

  /// Dropout masks are a function of channel and pixel, whatever the number of lanes.
  @Test(arguments: LossGradientTests.units) func dropoutFollowsTheScalarGenerator(unit: VectorUnit)
  {
    let kernels = unit.mapKernels(.fp32)
    let channels = 20
    let pixels = 20
    let ones = [Float](repeating: 1, count: channels * pixels)
    let y = blocked(ones, channels: channels, pixels: pixels, kernels)
    let pattern = DropoutPattern(
      rate: 0.3, key: RandomStream.key(seed: 9, purpose: .dropout), layer: 5, sample: 77,
      iteration: 123)
    let stored = y.count / pixels
    let one = [Float](repeating: 1, count: stored)
    let zero = [Float](repeating: 0, count: stored)
    var output = y
    one.withUnsafeBufferPointer { scale in
      zero.withUnsafeBufferPointer { shift in
        kernels.normalizeAndActivate(
          y, into: &output, pixels: pixels, blocks: stored / kernels.lanes,
          normalization: ChannelNormalization(
            scale: scale.baseAddress!, shift: shift.baseAddress!, mean: shift.baseAddress!,
            inverseDeviation: scale.baseAddress!), slope: 0.01, dropout: pattern)
      }
    }
    let threshold = UInt32((0.3 * 65536).rounded())
    let kept = Float(65536 / (65536 - Double(threshold)))
    let expected = (0..<(channels * pixels)).map { k -> Float in
      let (channel, pixel) = (k / pixels, k % pixels)
      let words = Philox.words(
        Philox.Counter(UInt32(pixel / 8), UInt32(channel) | 5 << 16, 77, 123), key: pattern.key)
      let bits = words[pixel % 8 / 2] >> (pixel % 2 == 0 ? 0 : 16) & 0xFFFF
      return bits < threshold ? 0 : kept
    }
    #expect(planes(output, channels: channels, pixels: pixels, kernels) == expected)
    #expect(expected.contains(0) && expected.contains(kept))
  }

  /// The adjoint: ⟨enlarge(x), g⟩ = ⟨x, enlargeBackward(g)⟩, and pooling alike.
  @Test(arguments: LossGradientTests.units) func resamplingGradientsAreAdjoint(unit: VectorUnit) {
    let kernels = unit.mapKernels(.fp32)
    let lanes = kernels.lanes
    let height = 6
    let width = 10
    let small = LossGradientTests.random(height * width * lanes, -1..<1, seed: 2)
    let large = LossGradientTests.random(4 * height * width * lanes, -1..<1, seed: 3)
    let rows = EnlargementTable(inputs: height)
    let columns = EnlargementTable(inputs: width)
    var buffer = [Float](repeating: 0, count: 2 * width * lanes)
    var enlarged = large
    var gathered = small
    kernels.enlarge(
      small, into: &enlarged, height: height, width: width, blocks: 1, rows: rows,
      columns: columns, rowBuffer: &buffer)
    kernels.enlargeBackward(
      gradient: large, into: &gathered, height: height, width: width, blocks: 1, rows: rows,
      columns: columns, rowBuffer: &buffer)
    #expect(abs(product(enlarged, large) - product(small, gathered)) < 1e-3)
    // Pooling: a linear map around its own maxima.
    var pooled = small
    var scattered = large
    kernels.maxPool(large, into: &pooled, height: 2 * height, width: 2 * width, blocks: 1)
    kernels.maxPoolBackward(
      gradient: small, x: large, into: &scattered, height: 2 * height, width: 2 * width, blocks: 1,
      accumulating: false)
    #expect(abs(product(pooled, small) - product(large, scattered)) < 1e-3)
    #expect(scattered.count { $0 != 0 } == small.count { $0 != 0 })
  }

  private func product(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// Equal pixels: the gradient goes to the first in raster order, as in PyTorch.
  @Test(arguments: LossGradientTests.units) func poolingTiesGoToTheFirst(unit: VectorUnit) {
    let kernels = unit.mapKernels(.fp32)
    let lanes = kernels.lanes
    let gradient = [Float](repeating: 1, count: lanes)
    for (values, winner) in [
      ([2, 2, 2, 2], 0), ([1, 2, 2, 0], 1), ([0, 1, 2, 2], 2), ([0, 1, 1, 2], 3),
    ] as [([Float], Int)] {
      let x = values.flatMap { [Float](repeating: $0, count: lanes) }
      var result = x
      kernels.maxPoolBackward(
        gradient: gradient, x: x, into: &result, height: 2, width: 2, blocks: 1,
        accumulating: false)
      #expect((0..<4).map { result[$0 * lanes] } == (0..<4).map { $0 == winner ? 1 : 0 })
    }
  }

  // MARK: Exact sums

  @Test(arguments: LossGradientTests.units) func fixedPointSumsDoNotDependOnOrder(unit: VectorUnit)
  {
    let terms = (0..<50).map { LossGradientTests.random(33, -100..<100, seed: UInt64($0)) }
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

  @Test func poolsRunEachItemOnce() {
    let pool = WorkerPool(count: 3)
    for items in [0, 1, 2, 7, 100] {
      let counts = AlignedBuffer<Int32>(count: max(items, 1))
      pool.run(items) { _, item in counts.values[item] += 1 }
      #expect(counts.values.prefix(items).allSatisfy { $0 == 1 })
    }
  }
}
