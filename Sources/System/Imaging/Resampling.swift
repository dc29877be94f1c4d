/// Which source pixels make each target pixel of one axis, and with what weights: a triangle
/// filter that widens with the scale ("antialias"), in 22-bit fixed point, exactly as Pillow's
/// `Image.resize(…, BILINEAR)` (Resample.c) computes it.
struct ResamplingWeights {
  static let precision: Int32 = 22

  /// First source pixel of each target pixel.
  private(set) var first: [Int] = []
  /// Number of source pixels of each target pixel.
  private(set) var count: [Int] = []
  /// `taps` weights for each target pixel, the unused ones zero.
  private(set) var weights: [Int32]
  let taps: Int

  init(from source: Int, to target: Int) {
    let scale = Double(source) / Double(target)
    let support = max(scale, 1)
    taps = Int(support.rounded(.up)) * 2 + 1
    weights = [Int32](repeating: 0, count: taps * target)
    first.reserveCapacity(target)
    count.reserveCapacity(target)
    for position in 0..<target {
      let center = (Double(position) + 0.5) * scale
      let begin = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), source)
      first.append(begin)
      count.append(end - begin)
      setWeights(of: position, center: center, range: begin..<end, support: support)
    }
  }

  private mutating func setWeights(
    of position: Int, center: Double, range: Range<Int>, support: Double
  ) {
    let inverse = 1 / support
    let triangle = range.map { max(1 - abs((Double($0) - center + 0.5) * inverse), 0) }
    let sum = triangle.reduce(0, +)
    for (tap, value) in triangle.enumerated() {
      let normalized = sum == 0 ? value : value / sum
      weights[position * taps + tap] = Int32(0.5 + normalized * Double(1 << Self.precision))
    }
  }
}

/// The fixed-point sum with its rounding half already added.
@inline(__always)
func clipped(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: min(max(sum >> ResamplingWeights.precision, 0), 255))
}

/// Columns: `source` has `height` rows `stride` pixels apart, `target` has them side by side. Four rows at a
/// time share each weight.
func resampleHorizontally(
  _ source: UnsafePointer<UInt8>, stride: Int, height: Int, weights: ResamplingWeights,
  into target: UnsafeMutablePointer<UInt8>
) {
  let width = weights.first.count
  weights.withTaps { taps in
    for y in Swift.stride(from: 0, to: height - 3, by: 4) {
      let rows = (0, stride, 2 * stride, 3 * stride)
      for x in 0..<width {
        var pixel = source + y * stride + taps.first[x]
        var sums = SIMD4<Int32>(repeating: 1 << (ResamplingWeights.precision - 1))
        let factors = taps.weights + x * weights.taps
        for tap in 0..<taps.count[x] {
          let values = SIMD4<UInt8>(pixel[0], pixel[rows.1], pixel[rows.2], pixel[rows.3])
          sums &+= SIMD4<Int32>(truncatingIfNeeded: values) &* factors[tap]
          pixel += 1
        }
        for row in 0..<4 { target[(y + row) * width + x] = clipped(sums[row]) }
      }
    }
    for y in (height / 4 * 4)..<height {
      for x in 0..<width {
        let pixels = source + y * stride + taps.first[x]
        var sum: Int32 = 1 << (ResamplingWeights.precision - 1)
        for tap in 0..<taps.count[x] {
          sum &+= Int32(pixels[tap]) &* taps.weights[x * weights.taps + tap]
        }
        target[y * width + x] = clipped(sum)
      }
    }
  }
}

extension ResamplingWeights {
  /// Lends where each target pixel begins, how many source pixels it has, and their weights.
  fileprivate func withTaps(
    _ body: (
      (first: UnsafePointer<Int>, count: UnsafePointer<Int>, weights: UnsafePointer<Int32>)
    ) -> Void
  ) {
    first.withUnsafeBufferPointer { first in
      count.withUnsafeBufferPointer { count in
        weights.withUnsafeBufferPointer { weights in
          guard let first = first.baseAddress, let count = count.baseAddress,
            let weights = weights.baseAddress
          else { return }
          body((first, count, weights))
        }
      }
    }
  }
}

/// Rows: `source` has rows of `width` pixels `stride` apart, `target` has them side by side.
func resampleVertically(
  _ source: UnsafePointer<UInt8>, stride: Int, width: Int, weights: ResamplingWeights,
  into target: UnsafeMutablePointer<UInt8>
) {
  withUnsafeTemporaryAllocation(of: Int32.self, capacity: width) { sums in
    for y in 0..<weights.first.count {
      sums.initialize(repeating: 1 << (ResamplingWeights.precision - 1))
      for tap in 0..<weights.count[y] {
        let row = source + (weights.first[y] + tap) * stride
        let weight = weights.weights[y * weights.taps + tap]
        for x in 0..<width {
          sums[x] &+= Int32(row[x]) &* weight
        }
      }
      let line = target + y * width
      for x in 0..<width {
        line[x] = clipped(sums[x])
      }
    }
  }
}
