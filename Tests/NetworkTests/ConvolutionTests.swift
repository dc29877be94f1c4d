import Kernels
import Tensors
import Testing
import VectorInterface

/// Convolutions as the network uses them, all passes against plain sums in Double: with one or two
/// planes on one side, by Winograd's algorithm, 1 × 1.
@Suite struct ConvolutionTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var inputs: Int
    var outputs: Int
    var height: Int
    var width: Int
    var kernel = 3

    var testDescription: String {
      "\(inputs) to \(outputs) channels, \(height)×\(width), kernel \(kernel)"
    }
    var readsPlanes: Bool { inputs <= 2 }
    var writesPlanes: Bool { outputs <= 2 }
    var taps: Int { kernel * kernel }
    /// Winograd's algorithm loses some digits.
    var bound: Double { readsPlanes || writesPlanes ? 1e-6 : 4e-6 }
    /// Row and column of a tap, from the pixel.
    func place(_ tap: Int) -> (Int, Int) {
      (tap / kernel - kernel / 2, tap % kernel - kernel / 2)
    }
    var pixels: Int { height * width }
  }

  static let shapes = [
    Shape(inputs: 1, outputs: 16, height: 6, width: 16),
    Shape(inputs: 2, outputs: 8, height: 32, width: 48),
    Shape(inputs: 16, outputs: 2, height: 5, width: 32),
    Shape(inputs: 12, outputs: 1, height: 16, width: 16),
    Shape(inputs: 16, outputs: 16, height: 3, width: 3),
    Shape(inputs: 20, outputs: 37, height: 7, width: 10),
    Shape(inputs: 48, outputs: 16, height: 24, width: 23),
    Shape(inputs: 16, outputs: 32, height: 64, width: 64),
    Shape(inputs: 32, outputs: 16, height: 6, width: 10, kernel: 1),
  ]

  /// Σ over inputs and taps of weight · pixel, zero outside the image.
  private func convolve(
    _ x: [Float], _ shape: Shape, outputs: Int, _ weight: (_ o: Int, _ i: Int, _ tap: Int) -> Float
  ) -> [Double] {
    let inputs = x.count / shape.pixels
    var result = [Double](repeating: 0, count: outputs * shape.pixels)
    for o in 0..<outputs {
      for y in 0..<shape.height {
        for column in 0..<shape.width {
          for i in 0..<inputs {
            for tap in 0..<shape.taps {
              let (dy, dx) = shape.place(tap)
              let (sy, sx) = (y + dy, column + dx)
              guard (0..<shape.height).contains(sy), (0..<shape.width).contains(sx) else {
                continue
              }
              result[o * shape.pixels + y * shape.width + column] +=
                Double(weight(o, i, tap)) * Double(x[i * shape.pixels + sy * shape.width + sx])
            }
          }
        }
      }
    }
    return result
  }

  private func error(_ ours: [Float], _ expected: [Double]) -> Double {
    let difference = zip(ours, expected).reduce(0) {
      $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
    }
    return (difference / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

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
        inputParts: [shape.inputs], outputChannels: shape.outputs, height: shape.height,
        width: shape.width, kernel: shape.kernel, inputIsPlanes: shape.readsPlanes,
        outputIsPlanes: shape.writesPlanes), backward: true, needsInputGradient: true)
    let weightCount = shape.inputs * shape.outputs * shape.taps
    let weights = LossGradientTests.random(weightCount, -1..<1, seed: 31)
    let bias = LossGradientTests.random(shape.outputs, -1..<1, seed: 32)
    // Large inputs: sums that are no gradient must not be taken for one that is too large.
    let x = LossGradientTests.random(shape.inputs * shape.pixels, -500..<1000, seed: 33)
    let gradient = LossGradientTests.random(shape.outputs * shape.pixels, -1..<1, seed: 34)
    convolution.load(weights: weights, bias: bias)
    let maps = compute.maps

    func stored(_ planes: [Float], channels: Int, isPlanes: Bool) -> [Float] {
      guard !isPlanes else { return planes }
      let count = (channels + maps.lanes - 1) / maps.lanes * maps.lanes * shape.pixels
      var result = [Float](repeating: .nan, count: count)
      maps.insertPlanes(planes, channels: channels, pixels: shape.pixels, into: &result)
      return result
    }
    func planes(_ values: [Float], channels: Int, isPlanes: Bool) -> [Float] {
      guard !isPlanes else { return values }
      var result = [Float](repeating: 0, count: channels * shape.pixels)
      maps.extractPlanes(values, channels: channels, pixels: shape.pixels, into: &result)
      return result
    }
    let input = stored(x, channels: shape.inputs, isPlanes: shape.readsPlanes)
    let incoming = stored(gradient, channels: shape.outputs, isPlanes: shape.writesPlanes)

    var output = incoming
    convolution.forward(worker: 0, x: input, output: &output)
    let expected = convolve(x, shape, outputs: shape.outputs) {
      weights[($0 * shape.inputs + $1) * shape.taps + $2]
    }
    let biased = expected.enumerated().map { $1 + Double(bias[$0 / shape.pixels]) }
    let result = planes(output, channels: shape.outputs, isPlanes: shape.writesPlanes)
    #expect(error(result, biased) < shape.bound)

    // Added where the input is planes, written where it is a map.
    var inputGradient = [Float](repeating: shape.readsPlanes ? 1 : .nan, count: input.count)
    convolution.backwardData(
      worker: 0, gradient: incoming, inputGradient: &inputGradient)
    let back = convolve(gradient, shape, outputs: shape.inputs) {
      weights[($1 * shape.inputs + $0) * shape.taps + shape.taps - 1 - $2]
    }
    let wanted = back.map { $0 + (shape.readsPlanes ? 1 : 0) }
    let ours = planes(inputGradient, channels: shape.inputs, isPlanes: shape.readsPlanes)
    #expect(error(ours, wanted) < shape.bound)

    var values = [Float](repeating: .nan, count: convolution.gradientCount)
    convolution.backwardWeights(
      worker: 0, x: input, gradient: incoming, into: &values)
    let reference = (0..<weightCount).map { index -> Double in
      let (pair, tap) = index.quotientAndRemainder(dividingBy: shape.taps)
      let (o, i) = pair.quotientAndRemainder(dividingBy: shape.inputs)
      let (dy, dx) = shape.place(tap)
      var sum = 0.0
      for y in 0..<shape.height {
        for column in 0..<shape.width {
          let (sy, sx) = (y + dy, column + dx)
          guard (0..<shape.height).contains(sy), (0..<shape.width).contains(sx) else { continue }
          sum +=
            Double(gradient[o * shape.pixels + y * shape.width + column])
            * Double(x[i * shape.pixels + sy * shape.width + sx])
        }
      }
      return sum
    }
    let map = convolution.gradientMap.map { Int($0) }
    #expect(error(map.map { values[$0] }, reference) < 4 * shape.bound)
    let biasStart = convolution.gradientBiasStart
    let sums = (0..<shape.outputs).map { o in
      gradient[(o * shape.pixels)..<((o + 1) * shape.pixels)].reduce(0.0) { $0 + Double($1) }
    }
    #expect(error(sums.indices.map { values[biasStart + $0] }, sums) < 1e-5)
    let used = Set(map + sums.indices.map { biasStart + $0 })
    #expect(values.indices.allSatisfy { used.contains($0) || values[$0] == 0 })
  }
}
