import Kernels
import Tensors
import Testing
import VectorInterface

/// What Winograd's kernels do to rows that they store is what passes over the stored map would do.
@Suite struct OutputStepTests {
  private let kernels = Self.family.mapKernels(.fp32)

  private static var family: VectorUnit {
    VectorUnit.allCases.last { $0.isSupported } ?? .avx2
  }

  /// Both tile sizes, and sizes that they do not divide.
  private static let convolutions: [TestConvolution] = [
    TestConvolution(.winograd(.small), [24], 32, 18, 22),
    TestConvolution(.winograd(.large), [24], 32, 16, 26),
  ]

  @Test(arguments: convolutions)
  func momentsAreThoseOfTheOutput(_ convolution: TestConvolution) {
    let x = TestInput(
      planes: KernelNumbers.random(convolution.inputs * convolution.pixels, seed: 7),
      parts: convolution.parts, pixels: convolution.pixels, kernels)
    let fused = Sums(convolution.storedOutputs)
    let output = convolution.forward(
      x, bias: nil, step: .moments(Moments(sums: fused.first, squares: fused.second)), kernels)
    let map = TestMap(planes: output, pixels: convolution.pixels, kernels)
    let apart = Sums(convolution.storedOutputs)
    kernels.addMoments(
      of: map.map, pixels: convolution.pixels, blocks: map.blocks,
      to: Moments(sums: apart.first, squares: apart.second))
    #expect(fused.isClose(to: apart))
    #expect(fused.largest > 1)
  }

  @Test(arguments: convolutions, [nil, 0.3])
  func gradientsGoBackThroughTheActivation(_ convolution: TestConvolution, rate: Double?) {
    let pixels = convolution.pixels
    let gradient = TestMap(
      planes: KernelNumbers.random(convolution.outputs * pixels, seed: 8), pixels: pixels, kernels)
    let y = TestMap(
      planes: KernelNumbers.random(convolution.storedInputs * pixels, seed: 9), pixels: pixels,
      kernels)
    let activation = TestActivation(blocks: y.blocks, pixels: pixels, rate: rate, kernels)
    func step(_ sums: Sums) -> ActivationGradient {
      ActivationGradient(
        y: y.map, activation: activation.activation, sums: sums.first, projections: sums.second)
    }
    let fused = Sums(convolution.storedInputs)
    let result = convolution.inputGradient(gradient, step: .activationGradient(step(fused)))
    let map = TestMap(
      planes: convolution.inputGradient(gradient), pixels: pixels, kernels)
    let apart = Sums(convolution.storedInputs)
    kernels.activationBackward(
      gradient: map.address, pixels: pixels, blocks: map.blocks, step(apart))
    #expect(result == map.planes)
    #expect(fused.isClose(to: apart))
    #expect(fused.largest > 1)
  }

  /// Two sums for each channel.
  private final class Sums {
    private let values: AlignedBuffer<Double>
    private let channels: Int

    init(_ channels: Int) {
      self.channels = channels
      values = AlignedBuffer(count: 2 * channels)
    }

    var first: MutableDoubles { values.baseAddress }
    var second: MutableDoubles { values.baseAddress + channels }
    var largest: Double { values.values.map { abs($0) }.max() ?? 0 }

    /// Rows are summed in Float before they are added in Double, of other lengths on both ways.
    func isClose(to other: Sums) -> Bool {
      zip(values.values, other.values.values).allSatisfy { abs($0 - $1) <= 1e-5 * largest }
    }
  }
}
