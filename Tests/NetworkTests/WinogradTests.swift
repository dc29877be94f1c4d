import Kernels
import Testing
import VectorInterface

/// The Winograd convolution against plain sums in Double, for both processor families.
@Suite struct WinogradTests {
  struct Convolution: Sendable, CustomTestStringConvertible {
    /// Input channels; the second part begins in a block of its own.
    var parts: [Int]
    var outputs: Int
    var height: Int
    var width: Int

    var inputs: Int { parts.reduce(0, +) }
    var pixels: Int { height * width }
    var testDescription: String { "\(parts) → \(outputs) at \(height) × \(width)" }

    func weights() -> [Float] {
      LossGradientTests.random(outputs * inputs * 9, -1..<1, seed: 11)
    }

    /// Where each input channel is stored, and how many blocks that takes.
    func storedInputs(_ lanes: Int) -> (positions: [Int], blocks: Int) {
      var positions: [Int] = []
      var start = 0
      for part in parts {
        positions += start..<(start + part)
        start += (part + lanes - 1) / lanes * lanes
      }
      return (positions, start / lanes)
    }

    func storedOutputs(_ lanes: Int) -> (positions: [Int], blocks: Int) {
      (Array(0..<outputs), (outputs + lanes - 1) / lanes)
    }

    /// Planes of the output, or with `transposed` those of the input's gradient from the output's.
    func reference(_ planes: [Float], bias: [Float]?, transposed: Bool) -> [Double] {
      let weights = weights()
      let (sources, results) = transposed ? (outputs, inputs) : (inputs, outputs)
      var sums = [Double](repeating: 0, count: results * pixels)
      for result in 0..<results {
        for pixel in 0..<pixels {
          var sum = bias.map { Double($0[result]) } ?? 0
          for tap in 0..<9 {
            let y = pixel / width + tap / 3 - 1
            let x = pixel % width + tap % 3 - 1
            guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
            for source in 0..<sources {
              let weight =
                transposed
                ? weights[(source * inputs + result) * 9 + 8 - tap]
                : weights[(result * inputs + source) * 9 + tap]
              sum += Double(planes[source * pixels + y * width + x]) * Double(weight)
            }
          }
          sums[result * pixels + pixel] = sum
        }
      }
      return sums
    }

    /// The blocked result of the kernel; its scratch begins as NaN, so none of it is counted on.
    func blockedResult(
      _ planes: [Float], bias: [Float]?, transposed: Bool, _ kernels: any MapKernels.Type
    ) -> [Float] {
      let lanes = kernels.lanes
      let (stored, produced) =
        transposed
        ? (storedOutputs(lanes), storedInputs(lanes)) : (storedInputs(lanes), storedOutputs(lanes))
      var x = [Float](repeating: 0, count: stored.blocks * lanes * pixels)
      for (channel, position) in stored.positions.enumerated() {
        for pixel in 0..<pixels {
          x[(position / lanes * pixels + pixel) * lanes + position % lanes] =
            planes[channel * pixels + pixel]
        }
      }
      var storedBias = [Float](repeating: 0, count: produced.blocks * lanes)
      for (channel, position) in produced.positions.enumerated() {
        storedBias[position] = bias?[channel] ?? 0
      }
      var transformed = [Float](
        repeating: .nan,
        count: kernels.winogradWeightCount(inBlocks: stored.blocks, outBlocks: produced.blocks))
      var inputOffsets = [Int32](repeating: -1, count: storedInputs(lanes).blocks * lanes)
      for (input, position) in storedInputs(lanes).positions.enumerated() {
        inputOffsets[position] = Int32(input * 9)
      }
      let inputs = storedInputs(lanes).positions.count
      let outputOffsets = (0..<((outputs + lanes - 1) / lanes * lanes)).map {
        $0 < outputs ? Int32($0 * inputs * 9) : -1
      }
      kernels.transformWinogradWeights(
        weights(), rows: transposed ? outputOffsets : inputOffsets,
        columns: transposed ? inputOffsets : outputOffsets, rotated: transposed,
        into: &transformed)
      var scratch = [Float](
        repeating: .nan,
        count: kernels.winogradScratchCount(
          height: height, width: width, inBlocks: stored.blocks, outBlocks: produced.blocks))
      var output = [Float](repeating: .nan, count: produced.blocks * lanes * pixels)
      storedBias.withUnsafeBufferPointer {
        kernels.winogradConvolve(
          x, weights: transformed, bias: bias == nil ? nil : $0.baseAddress, into: &output,
          height: height, width: width, inBlocks: stored.blocks, outBlocks: produced.blocks,
          scratch: &scratch)
      }
      return output
    }

    /// ‖ours − reference‖ / ‖reference‖; infinite where padding channels are not zero.
    func error(transposed: Bool, biased: Bool, _ kernels: any MapKernels.Type) -> Double {
      let (sources, results) = transposed ? (outputs, inputs) : (inputs, outputs)
      let planes = LossGradientTests.random(sources * pixels, -1..<1, seed: 12)
      let bias = biased ? LossGradientTests.random(results, -1..<1, seed: 13) : nil
      let ours = blockedResult(planes, bias: bias, transposed: transposed, kernels)
      let expected = reference(planes, bias: bias, transposed: transposed)
      let lanes = kernels.lanes
      let positions = (transposed ? storedInputs(lanes) : storedOutputs(lanes)).positions
      var difference = 0.0
      var norm = 0.0
      for position in 0..<(ours.count / pixels) {
        let channel = positions.firstIndex(of: position)
        for pixel in 0..<pixels {
          let value = Double(
            ours[(position / lanes * pixels + pixel) * lanes + position % lanes])
          guard let channel else {
            if value != 0 { return .infinity }
            continue
          }
          let term = value - expected[channel * pixels + pixel]
          difference += term * term
          norm += expected[channel * pixels + pixel] * expected[channel * pixels + pixel]
        }
      }
      let error = (difference / norm).squareRoot()
      return error.isNaN ? .infinity : error
    }
  }

  /// Sizes below one tile, parts of tiles at the borders, and every number of tiles in a group.
  static let convolutions =
    [
      Convolution(parts: [16], outputs: 16, height: 2, width: 2),
      Convolution(parts: [3], outputs: 5, height: 3, width: 4),
      Convolution(parts: [20, 9], outputs: 37, height: 7, width: 10),
      Convolution(parts: [16, 16], outputs: 48, height: 13, width: 5),
      Convolution(parts: [32], outputs: 16, height: 16, width: 16),
      Convolution(parts: [8, 24], outputs: 32, height: 24, width: 23),
    ]
    + (3...14).map { Convolution(parts: [18], outputs: 33, height: 4, width: 4 * $0 - 1) }

  @Test(arguments: LossGradientTests.units, convolutions)
  func convolvesLikePlainSums(unit: VectorUnit, convolution: Convolution) {
    #expect(convolution.error(transposed: false, biased: true, unit.mapKernels(.fp32)) < 1e-6)
    #expect(convolution.error(transposed: false, biased: false, unit.mapKernels(.fp32)) < 1e-6)
  }

  @Test(arguments: LossGradientTests.units, convolutions)
  func transposedWeightsGiveTheInputGradient(unit: VectorUnit, convolution: Convolution) {
    #expect(convolution.error(transposed: true, biased: false, unit.mapKernels(.fp32)) < 1e-6)
  }

  /// The bound of the deepest layers, and more than one chunk of tiles.
  @Test(arguments: LossGradientTests.units) func keepsItsPrecision(unit: VectorUnit) {
    let deep = Convolution(parts: [128, 128], outputs: 64, height: 16, width: 16)
    #expect(deep.error(transposed: false, biased: false, unit.mapKernels(.fp32)) < 2e-6)
    let wide = Convolution(parts: [16], outputs: 16, height: 96, width: 100)
    #expect(wide.error(transposed: false, biased: true, unit.mapKernels(.fp32)) < 1e-6)
    #expect(wide.error(transposed: true, biased: false, unit.mapKernels(.fp32)) < 1e-6)
  }

  /// The same bits for a tile wherever it lies: an image shifted by one tile gives a shifted output.
  @Test(arguments: LossGradientTests.units) func doesNotDependOnTheGroup(unit: VectorUnit) {
    let narrow = Convolution(parts: [16], outputs: 32, height: 8, width: 8)
    let wide = Convolution(parts: [16], outputs: 32, height: 8, width: 88)
    let pixels = LossGradientTests.random(16 * narrow.pixels, -1..<1, seed: 14)
    var shifted = [Float](repeating: 0, count: 16 * wide.pixels)
    for row in 0..<(16 * 8) {
      for column in 0..<8 { shifted[row * 88 + 52 + column] = pixels[row * 8 + column] }
    }
    let lanes = unit.mapKernels(.fp32).lanes
    let small = narrow.blockedResult(pixels, bias: nil, transposed: false, unit.mapKernels(.fp32))
    let large = wide.blockedResult(shifted, bias: nil, transposed: false, unit.mapKernels(.fp32))
    let same = (0..<(32 / lanes * 8)).allSatisfy { row in
      (0..<(8 * lanes)).allSatisfy {
        small[row * 8 * lanes + $0] == large[(row * 88 + 52) * lanes + $0]
      }
    }
    #expect(same)
  }
}
