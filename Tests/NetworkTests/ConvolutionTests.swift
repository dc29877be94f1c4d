import Kernels
import Tensors
import Testing
import VectorInterface

/// Convolutions as the network uses them, all passes against plain sums in Double: with one or two
/// planes on one side, by Winograd's algorithm, 1 × 1.
@Suite struct ConvolutionTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    /// Input channels; two parts where it is a concatenation.
    var parts: [Int]
    var outputs: Int
    var height: Int
    var width: Int
    var kernel = 3

    var testDescription: String {
      "\(parts) to \(outputs) channels, \(height)×\(width), kernel \(kernel)"
    }
    var inputs: Int { parts.reduce(0, +) }
    var readsPlanes: Bool { inputs <= 2 }
    var writesPlanes: Bool { outputs <= 2 }
    /// Of forward and data pass. Winograd's algorithm loses some digits, with large tiles some more.
    var bound: Double {
      if readsPlanes || writesPlanes || kernel == 1 { return 1e-6 }
      return min(height, width) < 64 ? 4e-6 : 5e-6
    }
    var gradientBound: Double { readsPlanes || writesPlanes || kernel == 1 ? 4e-6 : 1.6e-5 }
    var pixels: Int { height * width }

    /// Where each channel of the input is stored, and how many there are with padding.
    var inputPositions: [Int] {
      var start = 0
      return parts.flatMap { part in
        defer { start += padded(part) }
        return start..<(start + part)
      }
    }
    var storedInputs: Int { readsPlanes ? inputs : parts.reduce(0) { $0 + padded($1) } }

    private func padded(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }
  }

  /// One side of a convolution with its memory: planes, or the maps of its parts.
  private final class Side {
    private let planes: AlignedBuffer<Float>
    private let maps: TestInput?
    private let channels: Int
    private let pixels: Int

    init(
      _ values: [Float], parts: [Int], _ shape: Shape, isPlanes: Bool,
      _ kernels: any MapKernels.Type
    ) {
      pixels = shape.pixels
      channels = values.count / pixels
      planes = AlignedBuffer(count: isPlanes ? values.count : 0)
      maps =
        isPlanes ? nil : TestInput(planes: values, parts: parts, pixels: pixels, kernels)
      if isPlanes { _ = planes.values.update(fromContentsOf: values) }
    }

    var input: ConvolutionInput {
      maps?.input ?? ConvolutionInput(InputMap(planes.baseAddress, blocks: 1))
    }

    /// Of the planes or of the first map.
    var address: MutableMap { maps?.parts[0].address ?? MutableMap(planes.baseAddress) }
    var map: Map { Map(address) }

    /// - Parameter positions: of the channels in the first map; those that it was made of if nil.
    func values(positions: [Int]? = nil) -> [Float] {
      guard let stored = maps?.parts[0].planes else { return Array(planes.values) }
      return (positions ?? Array(0..<channels)).flatMap {
        stored[($0 * pixels)..<(($0 + 1) * pixels)]
      }
    }
  }

  static let shapes =
    [
      Shape(parts: [1], outputs: 16, height: 6, width: 16),
      Shape(parts: [2], outputs: 8, height: 32, width: 48),
      Shape(parts: [16], outputs: 2, height: 5, width: 32),
      Shape(parts: [12], outputs: 1, height: 16, width: 16),
      Shape(parts: [16], outputs: 16, height: 3, width: 3),
      Shape(parts: [20], outputs: 37, height: 7, width: 10),
      Shape(parts: [48], outputs: 16, height: 24, width: 23),
      Shape(parts: [8], outputs: 16, height: 32, width: 32),
      Shape(parts: [16, 16], outputs: 16, height: 25, width: 26),
      Shape(parts: [8, 24], outputs: 8, height: 9, width: 11),
      // From 64 on tiles are large.
      Shape(parts: [16], outputs: 16, height: 63, width: 64),
      Shape(parts: [16], outputs: 32, height: 64, width: 64),
      Shape(parts: [8, 24], outputs: 16, height: 65, width: 70),
      Shape(parts: [32], outputs: 16, height: 6, width: 10, kernel: 1),
      Shape(parts: [16, 16], outputs: 16, height: 16, width: 16, kernel: 1),
      Shape(parts: [8, 24], outputs: 37, height: 13, width: 17, kernel: 1),
    ] + (1...7).map { Shape(parts: [16], outputs: 8, height: $0, width: 8 - $0) }

  /// Kernels for planes are compiled without checks, so planning refuses what they do not know.
  @Test(arguments: [0, 3, 4, 17]) func onlyOneOrTwoPlanesArePlanned(planes: Int) throws {
    let compute = try Compute(threads: 1)
    for (input, output) in [([planes], 16), ([16], planes)] {
      let isInput = input == [planes]
      let shape = ConvolutionShape(
        inputParts: input, outputChannels: output, height: 16, width: 16, kernel: 3,
        inputIsPlanes: isInput, outputIsPlanes: !isInput)
      let error = #expect(throws: KernelError.self) {
        try compute.plan(shape, backward: true, needsInputGradient: true)
      }
      #expect("\(error, default: "")".contains("\(planes) planes"))
    }
  }

  @Test(arguments: shapes) func passesAreThoseOfPlainSums(shape: Shape) throws {
    let compute = try Compute(threads: 1)
    let convolution = try compute.plan(
      ConvolutionShape(
        inputParts: shape.parts, outputChannels: shape.outputs, height: shape.height,
        width: shape.width, kernel: shape.kernel, inputIsPlanes: shape.readsPlanes,
        outputIsPlanes: shape.writesPlanes), backward: true, needsInputGradient: true)
    let plain = PlainConvolution(
      inputs: shape.inputs, outputs: shape.outputs, height: shape.height, width: shape.width,
      kernel: shape.kernel,
      weights: KernelNumbers.random(
        shape.inputs * shape.outputs * shape.kernel * shape.kernel, seed: 31))
    let bias = KernelNumbers.random(shape.outputs, seed: 32)
    // Large inputs: sums that are no gradient must not be taken for one that is too large.
    let x = KernelNumbers.random(shape.inputs * shape.pixels, -500..<1000, seed: 33)
    let gradient = KernelNumbers.random(shape.outputs * shape.pixels, seed: 34)
    convolution.load(weights: plain.weights, bias: bias)
    let input = Side(x, parts: shape.parts, shape, isPlanes: shape.readsPlanes, compute.maps)
    let incoming = Side(
      gradient, parts: [shape.outputs], shape, isPlanes: shape.writesPlanes, compute.maps)

    let output = Side(
      gradient, parts: [shape.outputs], shape, isPlanes: shape.writesPlanes, compute.maps)
    convolution.forward(
      worker: 0, x: input.input, output: output.address, moments: nil)
    let outputError = LossGradientTests.relativeDifference(
      output.values(), plain.forward(x, bias: bias))
    #expect(outputError < shape.bound)

    // Added where the input is planes, written where it is a map.
    let inputGradient = Side(
      [Float](
        repeating: shape.readsPlanes ? 1 : .nan, count: shape.storedInputs * shape.pixels),
      parts: [shape.storedInputs], shape, isPlanes: shape.readsPlanes, compute.maps)
    convolution.backwardData(
      worker: 0, gradient: incoming.input, inputGradient: inputGradient.address, step: nil)
    let wanted = plain.inputGradient(gradient).map { $0 + (shape.readsPlanes ? 1 : 0) }
    let gradientError = LossGradientTests.relativeDifference(
      inputGradient.values(positions: shape.inputPositions), wanted)
    #expect(gradientError < shape.bound)

    var values = [Float](repeating: .nan, count: convolution.gradientCount)
    convolution.backwardWeights(
      worker: 0, x: input.input, gradient: incoming.input, into: &values)
    let map = convolution.gradientMap.map { Int($0) }
    let weightError = LossGradientTests.relativeDifference(
      map.map { values[$0] }, plain.weightGradient(x, gradient))
    #expect(weightError < shape.gradientBound)
    let biasRange = convolution.gradientBiasStart..<(convolution.gradientBiasStart + shape.outputs)
    let biasError = LossGradientTests.relativeDifference(
      Array(values[biasRange]), plain.biasGradient(gradient))
    #expect(biasError < 1e-5)
    let used = Set(map + Array(biasRange))
    #expect(values.indices.allSatisfy { used.contains($0) || values[$0] == 0 })
  }
}
