import Kernels
import Testing
import VectorInterface

/// Activations that are made where a map is read.
@Suite struct ReadingTests {
  init() { ComputingThread.flushDenormals() }

  /// dropout(leaky(y · scale + shift)), value by value.
  @Test(arguments: KernelNumbers.units, Precision.allCases)
  func valuesAreThoseOfTheFormula(unit: VectorUnit, precision: Precision) {
    let kernels = unit.mapKernels(precision)
    for (pixels, rate) in [(1, 0.3), (4, 0.5), (16, nil), (35, 0.3), (64, 0.05)] as [(Int, Double?)]
    {
      let map = TestMap(
        planes: KernelNumbers.random(32 * pixels, seed: 1), pixels: pixels, kernels)
      let activation = TestActivation(blocks: 2, pixels: pixels, rate: rate, kernels)
      let (scale, shift) = (activation.normalization.scale, activation.normalization.shift)
      let expected = map.planes.enumerated().map { index, y in
        let (channel, pixel) = index.quotientAndRemainder(dividingBy: pixels)
        let value = shift[channel].addingProduct(y, scale[channel])
        let active = value > 0 ? value : value * activation.slope
        return active * factor(activation.dropout, channel: channel, pixel: pixel, of: pixels)
      }
      #expect(read(map, activation).map(\.bitPattern) == expected.map(\.bitPattern))
      // Without an activation they are what is stored.
      #expect(read(map, nil).map(\.bitPattern) == map.planes.map(\.bitPattern))
    }
  }

  private func factor(
    _ dropout: KeptActivations?, channel: Int, pixel: Int, of pixels: Int
  ) -> Float {
    guard let dropout else { return 1 }
    let group = channel / 16 * ((pixels + 7) / 8) + pixel / 8
    let isKept = dropout.bits[group * 16 + channel % 16] >> UInt8(pixel % 8) & 1 == 1
    return isKept ? dropout.scale : 0
  }

  /// [channels][pixels] of both blocks.
  private func read(_ map: TestMap, _ activation: TestActivation?) -> [Float] {
    (0..<2).flatMap { block in
      let values = read(map, activation, block: block, 0..<map.pixels)
      return (0..<(16 * map.pixels)).map { values[$0 % map.pixels * 16 + $0 / map.pixels] }
    }
  }

  /// [pixels][lanes] of one block.
  private func read(
    _ map: TestMap, _ activation: TestActivation?, block: Int, _ range: Range<Int>
  ) -> [Float] {
    var values = [Float](repeating: .nan, count: range.count * 16)
    map.kernels.read(
      map.input(activation?.activation), block: block, pixels: map.pixels, range: range,
      into: &values)
    return values
  }

  /// Rows of images begin anywhere among the 8 pixels that share a byte of dropout.
  @Test(arguments: KernelNumbers.units, Precision.allCases)
  func rangesMayBeginAnywhere(unit: VectorUnit, precision: Precision) {
    let pixels = 35
    let map = TestMap(
      planes: KernelNumbers.random(32 * pixels, seed: 2), pixels: pixels,
      unit.mapKernels(precision))
    for rate in [nil, 0.3] {
      let activation = TestActivation(blocks: 2, pixels: pixels, rate: rate, map.kernels)
      let whole = read(map, activation, block: 1, 0..<pixels)
      for start in 0..<pixels {
        for end in (start + 1)...pixels {
          let part = read(map, activation, block: 1, start..<end)
          #expect(part == Array(whole[(16 * start)..<(16 * end)]), "\(start)..<\(end)")
        }
      }
    }
  }

  // MARK: Kernels that read

  @Test(arguments: KernelNumbers.units) func poolingReadsActivations(unit: VectorUnit) {
    let kernels = unit.mapKernels(.fp32)
    let pooling = Pooling(height: 6, width: 10)
    let input = TestInput(
      planes: KernelNumbers.random(32 * 60, seed: 3), parts: [32], pixels: 60, activated: true,
      kernels)
    let stored = input.stored
    let gradient = TestMap(planes: KernelNumbers.random(32 * 15, seed: 4), pixels: 15, kernels)
    let (map, activation) = (input.parts[0], input.activations[0])
    #expect(pooling.forward(map, activation) == pooling.forward(stored.parts[0]))
    #expect(
      pooling.backward(gradient: gradient, map, activation)
        == pooling.backward(gradient: gradient, stored.parts[0]))
  }

  static let convolutions = WinogradTests.algorithms.flatMap {
    [
      TestConvolution($0, [16], 16, 7, 5), TestConvolution($0, [16, 32], 16, 13, 11),
      TestConvolution($0, [16], 32, 65, 66),
    ]
  }

  @Test(arguments: convolutions) func convolutionsReadActivations(convolution: TestConvolution) {
    for unit in KernelNumbers.units {
      let kernels = unit.mapKernels(.fp32)
      let input = TestInput(
        planes: KernelNumbers.random(convolution.inputs * convolution.pixels, seed: 5),
        parts: convolution.parts, pixels: convolution.pixels, activated: true, kernels)
      let stored = input.stored
      #expect(
        convolution.forward(input, bias: nil, kernels)
          == convolution.forward(stored, bias: nil, kernels), "\(unit.rawValue)")
      let gradient = TestMap(
        planes: KernelNumbers.random(convolution.outputs * convolution.pixels, seed: 6),
        pixels: convolution.pixels, kernels)
      #expect(
        convolution.storedWeightGradient(input, gradient)
          == convolution.storedWeightGradient(stored, gradient), "\(unit.rawValue)")
    }
  }

  @Test(arguments: KernelNumbers.units, [1, 2])
  func narrowConvolutionsReadActivations(unit: VectorUnit, planes: Int) {
    let kernels = unit.mapKernels(.fp32)
    let passes = NarrowPasses(planes: planes, height: 5, width: 16)
    let input = TestInput(
      planes: KernelNumbers.random(32 * 80, seed: 7), parts: [16, 16], pixels: 80,
      activated: true, kernels)
    let stored = input.stored
    let weights = KernelNumbers.random(planes * 9 * 32, seed: 8)
    let bias = KernelNumbers.random(planes, seed: 9)
    #expect(
      passes.toPlanes(input, weights: weights, bias: bias, old: nil, kernels)
        == passes.toPlanes(stored, weights: weights, bias: bias, old: nil, kernels))
    let values = KernelNumbers.random(planes * 80, seed: 10)
    #expect(
      passes.correlation(values, with: input, kernels)
        == passes.correlation(values, with: stored, kernels))
  }
}
