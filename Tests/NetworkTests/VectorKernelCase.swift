import Testing
import VectorInterface

/// One use of kernels on planes and parameters, and all that it writes.
struct VectorKernelCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  private let body: @Sendable (any VectorKernels.Type, inout KernelOutcome) -> Void

  private init(
    _ description: String,
    _ body: @escaping @Sendable (any VectorKernels.Type, inout KernelOutcome) -> Void
  ) {
    testDescription = description
    self.body = body
  }

  func outcome(_ kernels: any VectorKernels.Type) -> KernelOutcome {
    var outcome = KernelOutcome()
    body(kernels, &outcome)
    return outcome
  }

  static var all: [VectorKernelCase] { [padding] + planes + mixes + contrasts + updates }

  /// One block, an odd number of them, and more than a sum in Float has.
  private static let pixelCounts = [16, 48, 560, 1072]

  private static var padding: VectorKernelCase {
    VectorKernelCase("padding") { kernels, outcome in
      var padded = [Float](repeating: .nan, count: 2 * 7 * 9)
      kernels.padPlanes(
        KernelNumbers.peculiar(2 * 5 * 7, seed: 1), count: 2, height: 5, width: 7, into: &padded)
      outcome.add(padded)
    }
  }

  private static var planes: [VectorKernelCase] {
    pixelCounts.map { pixels in
      VectorKernelCase("planes of \(pixels) pixels") { kernels, outcome in
        let a = KernelNumbers.peculiar(2 * pixels, seed: 2)
        let b = KernelNumbers.peculiar(2 * pixels, seed: 3)
        let mask = KernelNumbers.mask(pixels, share: 0.5, seed: 4)
        var mixed = [Float](repeating: .nan, count: pixels)
        kernels.mixPlanes(base: a, patch: b, mask: mask, pixels: pixels, into: &mixed)
        outcome.add(mixed)
        var foreground = [UInt8](repeating: 7, count: pixels)
        kernels.foregroundMask(logits: a, pixels: pixels, threshold: 0.5, into: &foreground)
        outcome.add(foreground)
        outcome.add([
          kernels.sum(a, count: pixels), kernels.squaredDifference(a, b, count: pixels),
        ])
        var gradient = b
        kernels.addDifference(a, mixed, count: pixels, factor: 0.37, to: &gradient)
        outcome.add(gradient)
      }
    }
  }

  private static var mixes: [VectorKernelCase] {
    pixelCounts.map { pixels in
      VectorKernelCase("mix loss of \(pixels) pixels") { kernels, outcome in
        let logits = KernelNumbers.peculiar(2 * pixels, seed: 5)
        let base = KernelNumbers.mask(pixels, share: 0.4, seed: 6)
        let patch = KernelNumbers.mask(pixels, share: 0.3, seed: 7)
        let mask = KernelNumbers.mask(pixels, share: 0.6, seed: 8)
        var sums = [Double](repeating: 0.5, count: 14)
        kernels.addMixLossSums(
          logits: logits, base: base, patch: patch, mask: mask, pixels: pixels, sums: &sums)
        outcome.add(sums)
        let factors = MixLossFactors(
          base: .init(crossEntropy: 0.7, background: (-0.3, 0.1), foreground: (-0.4, 0.2)),
          patch: .init(crossEntropy: 0.2, background: (-0.1, 0.6), foreground: (-0.5, 0.3)))
        var gradient = KernelNumbers.peculiar(2 * pixels, seed: 9)
        kernels.addMixLossGradient(
          logits: logits, base: base, patch: patch, mask: mask, pixels: pixels, factors: factors,
          to: &gradient)
        outcome.add(gradient)
      }
    }
  }

  private static var contrasts: [VectorKernelCase] {
    [16, 48, 256].map { positions in
      VectorKernelCase("contrast of \(positions) positions") { kernels, outcome in
        var query = KernelNumbers.peculiar(16 * positions, seed: 10)
        // A position without features has no direction.
        for channel in 0..<16 { query[channel * positions + 3] = 0 }
        var key = KernelNumbers.peculiar(16 * positions, seed: 11)
        var norms = [Float](repeating: .nan, count: positions)
        kernels.normalizeRows(
          planes: &key, channels: 16, positions: positions, inverseNorms: &norms)
        kernels.normalizeRows(
          planes: &query, channels: 16, positions: positions, inverseNorms: &norms)
        outcome.add(query)
        outcome.add(norms)
        let rows = (0..<(16 * positions)).map { key[$0 % 16 * positions + $0 / 16] }
        var gradient = [Float](repeating: .nan, count: 16 * positions)
        let sum = kernels.contrast(
          query: query, keyPlanes: key, keyRows: rows, sameRows: rows, inverseNorms: norms,
          positions: positions, inverseTemperature: 1 / 0.07, factor: 0.01, gradient: &gradient)
        outcome.add([sum])
        outcome.add(gradient)
      }
    }
  }

  private static var updates: [VectorKernelCase] {
    [1, 15, 16, 37, 1000].map { count in
      VectorKernelCase("sums and updates of \(count) values") { kernels, outcome in
        let values = KernelNumbers.peculiar(count, seed: 12)
        var sums = [Int64](repeating: 3, count: count)
        kernels.addFixedPoint(values, count: count, scale: 0x1p20, to: &sums)
        outcome.add(sums)
        outcome.add([kernels.largestMagnitude(values, count: count)])
        var parameters = KernelNumbers.peculiar(count, seed: 13)
        var momentum = KernelNumbers.peculiar(count, seed: 14)
        kernels.updateWithMomentum(
          parameters: &parameters, gradients: sums, momentum: &momentum, count: count,
          gradientUnit: 0x1p-20, learningRate: 0.05, weightDecay: 1e-4, decay: 0.9)
        outcome.add(parameters)
        outcome.add(momentum)
        kernels.average(&momentum, with: values, count: count, decay: 0.99)
        outcome.add(momentum)
      }
    }
  }
}
