import Testing
import VectorInterface

/// One use of kernels on feature maps, and all that it writes.
struct MapKernelCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  private let body: @Sendable (any MapKernels.Type, inout KernelOutcome) -> Void

  private init(
    _ description: String,
    _ body: @escaping @Sendable (any MapKernels.Type, inout KernelOutcome) -> Void
  ) {
    testDescription = description
    self.body = body
  }

  func outcome(_ kernels: any MapKernels.Type) -> KernelOutcome {
    var outcome = KernelOutcome()
    body(kernels, &outcome)
    return outcome
  }

  static var all: [MapKernelCase] {
    layouts + dropouts + readings + normalizations + resamplings + convolutions + narrows
  }

  /// Pixels: fewer than a byte of dropout bits, a multiple of 8 or not, more than a sum in Float has.
  private static let pixelCounts = [1, 4, 16, 35, 150, 391]

  // MARK: Without convolutions

  private static var layouts: [MapKernelCase] {
    pixelCounts.map { pixels in
      MapKernelCase("layout of \(pixels) pixels") { kernels, outcome in
        let map = TestMap(
          planes: KernelNumbers.peculiar(21 * pixels, seed: 1), pixels: pixels, kernels)
        var planes = [Float](repeating: .nan, count: 21 * pixels)
        kernels.extractPlanes(map.map, channels: 21, pixels: pixels, into: &planes)
        outcome.add(map.planes)
        outcome.add(planes)
      }
    }
  }

  private static var dropouts: [MapKernelCase] {
    pixelCounts.flatMap { pixels in
      [0.05, 0.5].map { rate in
        MapKernelCase("dropout of \(pixels) pixels, rate \(rate)") { kernels, outcome in
          let pattern = DropoutPattern(
            rate: rate, key: [3, 0xFFFF_FFF0], layer: 7, sample: 1 << 31, iteration: 9)
          var bits = [UInt8](
            repeating: 0xAA, count: kernels.dropoutByteCount(pixels: pixels, blocks: 3))
          kernels.drawDropout(pattern, pixels: pixels, blocks: 3, into: &bits)
          outcome.add(bits)
        }
      }
    }
  }

  private static var readings: [MapKernelCase] {
    pixelCounts.flatMap { pixels in
      [nil, 0, 0.3].map { (rate: Double?) in
        MapKernelCase("\(pixels) pixels read, dropout \(rate ?? -1)") { kernels, outcome in
          let map = TestMap(
            planes: KernelNumbers.peculiar(32 * pixels, seed: 2), pixels: pixels, kernels)
          let activation = rate.map {
            TestActivation(blocks: 2, pixels: pixels, rate: $0 > 0 ? $0 : nil, kernels)
          }
          for range in [0..<pixels, (pixels / 3)..<pixels, (pixels / 2)..<(pixels / 2 + 1)] {
            var values = [Float](repeating: .nan, count: range.count * kernels.lanes)
            kernels.read(
              map.input(activation?.activation), block: 1, pixels: pixels, range: range,
              into: &values)
            outcome.add(values)
          }
        }
      }
    }
  }

  private static var normalizations: [MapKernelCase] {
    pixelCounts.flatMap { pixels in
      [
        MapKernelCase("moments of \(pixels) pixels") { kernels, outcome in
          let y = TestMap(
            planes: KernelNumbers.peculiar(32 * pixels, seed: 3), pixels: pixels, kernels)
          var sums = [Double](repeating: 0.25, count: 32)
          var squares = sums
          sums.withUnsafeMutableBufferPointer { sums in
            squares.withUnsafeMutableBufferPointer { squares in
              guard let first = sums.baseAddress, let second = squares.baseAddress else { return }
              kernels.addMoments(
                of: y.map, pixels: pixels, blocks: 2, to: Moments(sums: first, squares: second))
            }
          }
          outcome.add(sums)
          outcome.add(squares)
        },
        MapKernelCase("gradient of a batch norm of \(pixels) pixels") { kernels, outcome in
          let y = TestMap(
            planes: KernelNumbers.peculiar(32 * pixels, seed: 4), pixels: pixels, kernels)
          let gradient = TestMap(
            planes: KernelNumbers.peculiar(32 * pixels, seed: 5), pixels: pixels, kernels)
          let rows = KernelNumbers.random(96, seed: 6)
          outcome.add(
            rows.withUnsafeBufferPointer { rows -> [Float] in
              guard let start = rows.baseAddress else { return [] }
              let reading = NormalizationGradient(
                y: y.map, gain: start, slope: start + 32, offset: start + 64)
              return gradient.read(.normalizationGradient(reading))
            })
        },
      ]
        + [nil, 0.3].map { (rate: Double?) in
          MapKernelCase(
            "activation backward of \(pixels) pixels, dropout \(rate ?? 0)"
          ) { kernels, outcome in
            let y = TestMap(
              planes: KernelNumbers.peculiar(32 * pixels, seed: 9), pixels: pixels, kernels)
            let gradient = TestMap(
              planes: KernelNumbers.peculiar(32 * pixels, seed: 10), pixels: pixels, kernels)
            let activation = TestActivation(blocks: 2, pixels: pixels, rate: rate, kernels)
            var sums = [Double](repeating: 0.25, count: 32)
            var projections = sums
            sums.withUnsafeMutableBufferPointer { sums in
              projections.withUnsafeMutableBufferPointer { projections in
                guard let first = sums.baseAddress, let second = projections.baseAddress
                else { return }
                kernels.activationBackward(
                  gradient: gradient.address, pixels: pixels, blocks: 2,
                  ActivationGradient(
                    y: y.map, activation: activation.activation, sums: first,
                    projections: second))
              }
            }
            outcome.add(gradient.planes)
            outcome.add(sums)
            outcome.add(projections)
          }
        }
    }
  }

  private static var resamplings: [MapKernelCase] {
    [(2, 2), (6, 10), (14, 4), (16, 18)].flatMap { (height, width) in
      [
        MapKernelCase("pooling at \(height) × \(width)") { kernels, outcome in
          let pixels = height * width
          let values = KernelNumbers.peculiar(32 * pixels, seed: 11)
          let x = TestMap(planes: values, pixels: pixels, kernels)
          let gradient = TestMap(
            planes: KernelNumbers.peculiar(8 * pixels, seed: 12), pixels: pixels / 4, kernels)
          let pooling = Pooling(height: height, width: width)
          for activation in [
            nil, TestActivation(blocks: 2, pixels: pixels, rate: nil, kernels),
            TestActivation(blocks: 2, pixels: pixels, rate: 0.3, kernels),
          ] {
            outcome.add(pooling.forward(x, activation))
            outcome.add(pooling.backward(gradient: gradient, x, activation))
            outcome.add(pooling.backward(gradient: gradient, x, activation, old: values))
          }
        },
        MapKernelCase("enlargement of \(height) × \(width)") { kernels, outcome in
          let pixels = height * width
          let enlargement = Enlargement(height: height, width: width)
          outcome.add(
            enlargement.forward(
              TestMap(
                planes: KernelNumbers.peculiar(32 * pixels, seed: 13), pixels: pixels, kernels)))
          outcome.add(
            enlargement.backward(
              TestMap(
                planes: KernelNumbers.peculiar(128 * pixels, seed: 14), pixels: 4 * pixels,
                kernels)))
        },
      ]
    }
  }

  // MARK: Convolutions

  /// Sizes that are no multiples of a tile, one and several chunks, one and several blocks.
  private static let shapes: [(parts: [Int], outputs: Int, height: Int, width: Int)] = [
    ([16], 16, 1, 1), ([8], 16, 3, 5), ([16, 16], 48, 13, 7), ([8, 24], 32, 24, 23),
    ([48], 16, 32, 32), ([16], 16, 67, 65), ([32], 33, 64, 71), ([128], 64, 19, 40),
  ]

  private static var convolutions: [MapKernelCase] {
    let algorithms: [TestConvolution.Algorithm] = [
      .winograd(.small), .winograd(.large), .pointwise,
    ]
    return algorithms.flatMap { algorithm in
      shapes.flatMap { shape in
        [false, true].map { activated in
          let convolution = TestConvolution(
            algorithm, shape.parts, shape.outputs, shape.height, shape.width)
          return MapKernelCase(
            convolution.testDescription + (activated ? ", activated" : "")
          ) { kernels, outcome in
            add(convolution, activated: activated, kernels, to: &outcome)
          }
        }
      }
    }
  }

  /// The data pass reads gradients, which are never activated.
  private static func add(
    _ convolution: TestConvolution, activated: Bool, _ kernels: any MapKernels.Type,
    to outcome: inout KernelOutcome
  ) {
    let pixels = convolution.pixels
    let x = TestInput(
      planes: KernelNumbers.peculiar(convolution.inputs * pixels, seed: 15),
      parts: convolution.parts, pixels: pixels, activated: activated, kernels)
    let gradient = TestMap(
      planes: KernelNumbers.peculiar(convolution.outputs * pixels, seed: 16), pixels: pixels,
      kernels)
    let bias = KernelNumbers.random(convolution.outputs, seed: 17)
    outcome.add(convolution.forward(x, bias: bias, kernels))
    outcome.add(convolution.storedWeightGradient(x, gradient))
    guard !activated else { return }
    outcome.add(convolution.forward(x, bias: nil, kernels))
    outcome.add(convolution.inputGradient(gradient))
  }

  private static var narrows: [MapKernelCase] {
    [1, 2].flatMap { planes in
      [(1, 16), (7, 48), (32, 32)].map { (height, width) in
        MapKernelCase("\(planes) planes at \(height) × \(width)") { kernels, outcome in
          let pixels = height * width
          let passes = NarrowPasses(planes: planes, height: height, width: width)
          let values = KernelNumbers.peculiar(planes * pixels, seed: 18)
          let weights = KernelNumbers.random(planes * 9 * 32, seed: 19)
          outcome.add(
            passes.toMap(
              values, weights: weights, bias: KernelNumbers.random(32, seed: 20), kernels))
          // A kernel that copies the planes, so that ties of bfloat16 are stored.
          let copying = (0..<weights.count).map { Float($0 / 32 % 9 == 4 ? 1 : 0) }
          outcome.add(
            passes.toMap(
              values, weights: copying, bias: [Float](repeating: 0, count: 32), kernels))
          for activated in [false, true] {
            let map = TestInput(
              planes: KernelNumbers.peculiar(32 * pixels, seed: 21), parts: [16, 16],
              pixels: pixels, activated: activated, kernels)
            let bias = KernelNumbers.random(planes, seed: 22)
            outcome.add(passes.toPlanes(map, weights: weights, bias: bias, old: nil, kernels))
            outcome.add(passes.toPlanes(map, weights: weights, bias: bias, old: values, kernels))
            outcome.add(passes.correlation(values, with: map, kernels))
          }
        }
      }
    }
  }
}
