import Testing
import VectorInterface

/// A convolution of blocked maps by the kernels themselves, which have no plan that chooses.
struct TestConvolution: Sendable, CustomTestStringConvertible {
  enum Algorithm: Sendable {
    case winograd(WinogradTileSize)
    case pointwise
  }

  var algorithm: Algorithm
  /// Input channels; the second part begins in a block of its own.
  var parts: [Int]
  var outputs: Int
  var height: Int
  var width: Int

  init(_ algorithm: Algorithm, _ parts: [Int], _ outputs: Int, _ height: Int, _ width: Int) {
    self.algorithm = algorithm
    self.parts = parts
    self.outputs = outputs
    self.height = height
    self.width = width
  }

  var testDescription: String {
    "\(parts) → \(outputs) at \(height) × \(width), \(algorithm)"
  }

  var inputs: Int { parts.reduce(0, +) }
  var pixels: Int { height * width }
  var taps: Int { if case .pointwise = algorithm { 1 } else { 9 } }

  var weights: [Float] { KernelNumbers.random(outputs * inputs * taps, seed: 11) }

  var plain: PlainConvolution {
    PlainConvolution(
      inputs: inputs, outputs: outputs, height: height, width: width, kernel: taps == 1 ? 1 : 3,
      weights: weights)
  }

  // MARK: Layout

  private static let lanes = 16

  private static func blocks(_ channels: Int) -> Int { (channels + lanes - 1) / lanes }

  var inBlocks: Int { parts.reduce(0) { $0 + Self.blocks($1) } }
  var outBlocks: Int { Self.blocks(outputs) }
  var storedInputs: Int { inBlocks * Self.lanes }
  var storedOutputs: Int { outBlocks * Self.lanes }

  /// Where each input channel is stored.
  var inputPositions: [Int] {
    var start = 0
    return parts.flatMap { part in
      defer { start += Self.blocks(part) * Self.lanes }
      return start..<(start + part)
    }
  }

  // MARK: Passes

  /// The stored output, [blocks · lanes][pixels].
  func forward(
    _ x: TestInput, bias: [Float]?, step: OutputStep = .none, _ kernels: any MapKernels.Type
  ) -> [Float] {
    var storedBias = [Float](repeating: 0, count: storedOutputs)
    if let bias { storedBias.replaceSubrange(0..<outputs, with: bias) }
    return convolve(
      x.input, bias: bias.map { _ in storedBias }, transposed: false, step: step, kernels)
  }

  /// The stored gradient of the input, [blocks · lanes][pixels].
  /// - Parameter step: what Winograd's kernels do to its rows.
  func inputGradient(_ gradient: TestMap, step: OutputStep = .none) -> [Float] {
    convolve(
      ConvolutionInput(gradient.input()), bias: nil, transposed: true, step: step,
      gradient.kernels)
  }

  /// All that the weight gradient writes.
  func storedWeightGradient(_ x: TestInput, _ gradient: TestMap) -> [Float] {
    let kernels = gradient.kernels
    var values = [Float](
      repeating: .nan, count: (taps * storedInputs + 1) * storedOutputs)
    switch algorithm {
    case .winograd(let tile):
      let shape = shape(tile)
      var scratch = [Float](repeating: .nan, count: kernels.winogradGradientScratchCount(shape))
      kernels.winogradWeightGradient(
        x.input, gradient: ConvolutionInput(gradient.input()), into: &values, shape: shape,
        scratch: &scratch)
    case .pointwise:
      var scratch = pointwiseScratch(kernels)
      kernels.pointwiseWeightGradient(
        x.input, gradient: ConvolutionInput(gradient.input()), into: &values, pixels: pixels,
        scratch: &scratch)
    }
    return values
  }

  /// The gradients of the weights [O][I][k][k], and of the bias.
  func weightGradient(
    _ x: TestInput, _ gradient: TestMap
  ) -> (weights: [Float], bias: [Float]) {
    let values = storedWeightGradient(x, gradient)
    let positions = inputPositions
    let weights = (0..<(outputs * inputs * taps)).map { index in
      let (pair, tap) = index.quotientAndRemainder(dividingBy: taps)
      let (output, input) = pair.quotientAndRemainder(dividingBy: inputs)
      return values[(tap * storedInputs + positions[input]) * storedOutputs + output]
    }
    let start = taps * storedInputs * storedOutputs
    return (weights, Array(values[start..<(start + outputs)]))
  }

  private func shape(_ tile: WinogradTileSize) -> WinogradShape {
    WinogradShape(
      height: height, width: width, inBlocks: inBlocks, outBlocks: outBlocks, tile: tile)
  }

  /// Scratch begins as NaN, so none of it is counted on.
  private func pointwiseScratch(_ kernels: any MapKernels.Type) -> [Float] {
    [Float](
      repeating: .nan,
      count: kernels.pointwiseScratchCount(inBlocks: inBlocks, outBlocks: outBlocks))
  }

  private func convolve(
    _ x: ConvolutionInput, bias: [Float]?, transposed: Bool, step: OutputStep = .none,
    _ kernels: any MapKernels.Type
  ) -> [Float] {
    let results = transposed ? inBlocks : outBlocks
    let output = TestMap(blocks: results, pixels: pixels, kernels)
    // Without a bias there is no pointer.
    func convolve(_ bias: Floats?) {
      switch algorithm {
      case .winograd(let tile):
        let shape = transposed ? shape(tile).transposed : shape(tile)
        let weights = winogradWeights(tile, transposed: transposed, kernels)
        var scratch = [Float](repeating: .nan, count: kernels.winogradScratchCount(shape))
        kernels.winogradConvolve(
          x, weights: weights, bias: bias, into: output.address, shape: shape,
          step: step, scratch: &scratch)
      case .pointwise:
        var scratch = pointwiseScratch(kernels)
        kernels.pointwiseConvolve(
          x, weights: pointwiseWeights(transposed: transposed, kernels), bias: bias,
          into: output.address, pixels: pixels, outBlocks: results, scratch: &scratch)
      }
    }
    if let bias { bias.withUnsafeBufferPointer { convolve($0.baseAddress) } } else { convolve(nil) }
    return output.planes
  }

  private func winogradWeights(
    _ tile: WinogradTileSize, transposed: Bool, _ kernels: any MapKernels.Type
  ) -> [Float] {
    var inputOffsets = [Int32](repeating: -1, count: storedInputs)
    for (input, position) in inputPositions.enumerated() {
      inputOffsets[position] = Int32(input * 9)
    }
    let outputOffsets = (0..<storedOutputs).map { $0 < outputs ? Int32($0 * inputs * 9) : -1 }
    var result = [Float](
      repeating: .nan, count: tile.frequencies * storedInputs * storedOutputs)
    kernels.transformWinogradWeights(
      weights, tile: tile, rows: transposed ? outputOffsets : inputOffsets,
      columns: transposed ? inputOffsets : outputOffsets, rotated: transposed, into: &result)
    return result
  }

  private func pointwiseWeights(
    transposed: Bool, _ kernels: any MapKernels.Type
  ) -> [Float] {
    var result = [Float](repeating: 0, count: storedInputs * storedOutputs)
    let weights = weights
    for (input, position) in inputPositions.enumerated() {
      for output in 0..<outputs {
        let place =
          transposed
          ? kernels.pointwiseWeightOffset(
            input: output, output: position, inBlocks: outBlocks, outBlocks: inBlocks)
          : kernels.pointwiseWeightOffset(
            input: position, output: output, inBlocks: inBlocks, outBlocks: outBlocks)
        result[place] = weights[output * inputs + input]
      }
    }
    return result
  }
}
