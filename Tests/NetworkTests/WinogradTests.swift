import Kernels
import Testing
import VectorInterface

/// Convolutions by the kernels for maps, both tile sizes of Winograd's algorithm and 1 × 1, against
/// plain sums in Double, on all processor families.
@Suite struct WinogradTests {
  /// Errors that are allowed, ‖ours − plain sums‖ / ‖plain sums‖. Large tiles lose two bits more.
  struct Bounds {
    /// Of outputs and gradients of inputs.
    var values: Double
    var weights: Double
  }

  static func bounds(_ convolution: TestConvolution) -> Bounds {
    let isDeep = convolution.inputs >= 256
    return switch convolution.algorithm {
    case .pointwise: Bounds(values: 1e-6, weights: 1e-6)
    case .winograd(.small):
      Bounds(values: convolution.inputs < 128 ? 1e-6 : 2e-6, weights: 4e-6)
    case .winograd(.large): Bounds(values: isDeep ? 8e-6 : 5e-6, weights: 1.6e-5)
    }
  }

  static let algorithms: [TestConvolution.Algorithm] = [
    .winograd(.small), .winograd(.large), .pointwise,
  ]

  /// Sizes below one tile, parts of tiles at the borders, two parts with padding in each.
  static let small = algorithms.flatMap { algorithm in
    (1...7).map { TestConvolution(algorithm, [16], 16, $0, $0) }
      + [
        TestConvolution(algorithm, [3], 5, 3, 4),
        TestConvolution(algorithm, [8], 16, 9, 12),
        TestConvolution(algorithm, [20, 9], 37, 7, 10),
        TestConvolution(algorithm, [16, 16], 48, 13, 5),
        TestConvolution(algorithm, [32], 16, 16, 16),
        TestConvolution(algorithm, [8, 24], 32, 24, 23),
      ]
  }

  /// Every number of tiles, or pixels, in a group.
  static let groups = algorithms.flatMap { algorithm in
    (3...14).map { TestConvolution(algorithm, [18], 33, 4, 4 * $0 - 1) }
  }

  /// The channels of the network where it is deep, and more than one chunk of tiles.
  static let large = algorithms.flatMap { algorithm in
    [
      TestConvolution(algorithm, [16], 16, 96, 100),
      TestConvolution(algorithm, [32], 32, 64, 64),
      TestConvolution(algorithm, [64], 64, 31, 45),
      TestConvolution(algorithm, [128], 64, 26, 29),
      TestConvolution(algorithm, [128, 128], 64, 16, 16),
    ]
  }

  @Test(arguments: small + groups + large)
  func convolvesLikePlainSums(convolution: TestConvolution) {
    let x = KernelNumbers.random(convolution.inputs * convolution.pixels, seed: 12)
    let bias = KernelNumbers.random(convolution.outputs, seed: 13)
    let unbiased = convolution.plain.forward(x)
    let biased = convolution.plain.forward(x, bias: bias)
    for unit in KernelNumbers.units {
      let kernels = unit.mapKernels(.fp32)
      let input = TestInput(
        planes: x, parts: convolution.parts, pixels: convolution.pixels, kernels)
      for (bias, expected) in [(nil, unbiased), (bias, biased)] {
        let stored = convolution.forward(input, bias: bias, kernels)
        expectPlanes(
          stored, at: Array(0..<convolution.outputs), expected, of: convolution, unit)
      }
    }
  }

  @Test(arguments: small + groups + large)
  func transposedWeightsGiveTheInputGradient(convolution: TestConvolution) {
    let gradient = KernelNumbers.random(convolution.outputs * convolution.pixels, seed: 14)
    let expected = convolution.plain.inputGradient(gradient)
    for unit in KernelNumbers.units {
      let map = TestMap(
        planes: gradient, pixels: convolution.pixels, unit.mapKernels(.fp32))
      let stored = convolution.inputGradient(map)
      expectPlanes(stored, at: convolution.inputPositions, expected, of: convolution, unit)
    }
  }

  /// The channels at `positions` are those expected, and all others zero.
  private func expectPlanes(
    _ stored: [Float], at positions: [Int], _ expected: [Double], of convolution: TestConvolution,
    _ unit: VectorUnit
  ) {
    let pixels = convolution.pixels
    let ours = positions.flatMap { stored[($0 * pixels)..<(($0 + 1) * pixels)] }
    let error = LossGradientTests.relativeDifference(ours, expected)
    #expect(error < Self.bounds(convolution).values, "\(unit.rawValue)")
    let used = Set(positions)
    #expect(stored.indices.allSatisfy { used.contains($0 / pixels) || stored[$0] == 0 })
  }

  @Test(arguments: small + groups + large)
  func weightGradientsAreThoseOfPlainSums(convolution: TestConvolution) {
    let x = KernelNumbers.random(convolution.inputs * convolution.pixels, seed: 15)
    let gradient = KernelNumbers.random(convolution.outputs * convolution.pixels, seed: 16)
    let expected = convolution.plain.weightGradient(x, gradient)
    let sums = convolution.plain.biasGradient(gradient)
    for unit in KernelNumbers.units {
      let kernels = unit.mapKernels(.fp32)
      let input = TestInput(
        planes: x, parts: convolution.parts, pixels: convolution.pixels, kernels)
      let ours = convolution.weightGradient(
        input, TestMap(planes: gradient, pixels: convolution.pixels, kernels))
      let error = LossGradientTests.relativeDifference(ours.weights, expected)
      #expect(error < Self.bounds(convolution).weights, "\(unit.rawValue)")
      #expect(LossGradientTests.relativeDifference(ours.bias, sums) < 1e-5, "\(unit.rawValue)")
    }
  }

  /// The same bits for a tile wherever it lies: an image shifted by some tiles, among more of them than
  /// a group has, gives a shifted output.
  @Test(arguments: KernelNumbers.units, [WinogradTileSize.small, .large])
  func doesNotDependOnTheGroup(unit: VectorUnit, tile: WinogradTileSize) {
    let kernels = unit.mapKernels(.fp32)
    let side = 12
    let narrow = TestConvolution(.winograd(tile), [16], 32, side, side)
    let wide = TestConvolution(.winograd(tile), [16], 32, side, 132)
    let pixels = KernelNumbers.random(16 * narrow.pixels, seed: 17)
    let expected = narrow.forward(
      TestInput(planes: pixels, parts: [16], pixels: narrow.pixels, kernels), bias: nil, kernels)
    for start in [12, 48, 96] {
      var shifted = [Float](repeating: 0, count: 16 * wide.pixels)
      for row in 0..<(16 * side) {
        for column in 0..<side {
          shifted[row * wide.width + start + column] = pixels[row * side + column]
        }
      }
      let output = wide.forward(
        TestInput(planes: shifted, parts: [16], pixels: wide.pixels, kernels), bias: nil, kernels)
      let moved = (0..<(32 * side)).flatMap { row in
        output[(row * wide.width + start)..<(row * wide.width + start + side)]
      }
      #expect(moved.map(\.bitPattern) == expected.map(\.bitPattern), "from column \(start)")
    }
  }
}
