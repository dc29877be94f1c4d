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
      for x in 0..<width {
        var pixel = source + y &* stride + taps.first[x]
        let factors = taps.weights + x &* taps.stride
        let half = Int32(1) << (ResamplingWeights.precision - 1)
        var (first, second, third, fourth) = (half, half, half, half)
        for tap in 0..<taps.count[x] {
          let factor = factors[tap]
          first &+= Int32(pixel[0]) &* factor
          second &+= Int32(pixel[stride]) &* factor
          third &+= Int32(pixel[2 &* stride]) &* factor
          fourth &+= Int32(pixel[3 &* stride]) &* factor
          pixel += 1
        }
        let column = target + y &* width + x
        column[0] = clipped(first)
        column[width] = clipped(second)
        column[2 &* width] = clipped(third)
        column[3 &* width] = clipped(fourth)
      }
    }
    for y in (height / 4 * 4)..<height {
      for x in 0..<width {
        let pixels = source + y * stride + taps.first[x]
        var sum: Int32 = 1 << (ResamplingWeights.precision - 1)
        for tap in 0..<taps.count[x] {
          sum &+= Int32(pixels[tap]) &* taps.weights[x &* taps.stride + tap]
        }
        target[y * width + x] = clipped(sum)
      }
    }
  }
}

extension ResamplingWeights {
  /// Where each target pixel begins, how many source pixels it has, and their weights, `stride` for each.
  fileprivate struct Taps {
    let first: UnsafePointer<Int>
    let count: UnsafePointer<Int>
    let weights: UnsafePointer<Int32>
    let stride: Int
  }

  fileprivate func withTaps(_ body: (Taps) -> Void) {
    first.withUnsafeBufferPointer { first in
      count.withUnsafeBufferPointer { count in
        weights.withUnsafeBufferPointer { weights in
          guard let first = first.baseAddress, let count = count.baseAddress,
            let weights = weights.baseAddress
          else { return }
          body(Taps(first: first, count: count, weights: weights, stride: taps))
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
