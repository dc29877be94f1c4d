/// A moving average over 2·radius + 1 whole pixels and a fraction of one more at each end, in
/// 24-bit fixed point (Pillow's BoxBlur.c).
struct ExtendedBox {
  let radius: Int
  let weight: UInt32
  let edgeWeight: UInt32

  /// The box that, applied so many times, blurs like a Gaussian of this standard deviation
  /// (Gwosdek et al., SSVM 2011, eqs. 7, 11, 14). Single precision throughout, as in Pillow.
  init(sigma: Float, passes: Int) {
    let variance = sigma * sigma / Float(passes)
    let length = Float((12 * Double(variance) + 1).squareRoot())
    let whole = Float(((Double(length) - 1) / 2).rounded(.down))
    var fraction = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance)
    fraction /= 6 * (variance - (whole + 1) * (whole + 1))
    self.init(radius: whole + fraction)
  }

  init(radius: Float) {
    let one: UInt32 = 1 << 24
    self.radius = Int(radius)
    weight = UInt32(Float(one) / (radius * 2 + 1))
    edgeWeight = (one - (UInt32(self.radius) * 2 + 1) * weight) / 2
  }

  @inline(__always)
  private func average(_ inner: UInt32, _ edges: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: (inner &* weight &+ edges &* edgeWeight &+ 1 << 23) >> 24)
  }

  func blurRows(_ source: [UInt8], into target: inout [UInt8], width: Int) {
    target.withUnsafeMutableBufferPointer { target in
      source.withUnsafeBufferPointer { source in
        for begin in stride(from: 0, to: source.count, by: width) {
          let row = UnsafeBufferPointer(rebasing: source[begin..<begin + width])
          blur(row, into: UnsafeMutableBufferPointer(rebasing: target[begin..<begin + width]))
        }
      }
    }
  }

  private func blur(_ row: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>)
  {
    let last = row.count - 1
    var inner: UInt32 = 0
    for x in (-radius - 1)..<radius {
      inner &+= UInt32(row[min(max(x, 0), last)])
    }
    for x in 0...last {
      let left = UInt32(row[max(x - radius - 1, 0)])
      inner = inner &+ UInt32(row[min(x + radius, last)]) &- left
      out[x] = average(inner, left &+ UInt32(row[min(x + radius + 1, last)]))
    }
  }

  /// The same down the columns, a row at a time.
  func blurColumns(_ source: [UInt8], into target: inout [UInt8], width: Int) {
    let last = source.count / width - 1
    var inner = [UInt32](repeating: 0, count: width)
    inner.withUnsafeMutableBufferPointer { inner in
      source.withUnsafeBufferPointer { source in
        target.withUnsafeMutableBufferPointer { target in
          for y in (-radius - 1)..<radius {
            let row = min(max(y, 0), last) * width
            for x in 0..<width {
              inner[x] &+= UInt32(source[row + x])
            }
          }
          for y in 0...last {
            let above = max(y - radius - 1, 0) * width
            let entering = min(y + radius, last) * width
            let below = min(y + radius + 1, last) * width
            for x in 0..<width {
              let left = UInt32(source[above + x])
              inner[x] = inner[x] &+ UInt32(source[entering + x]) &- left
              target[y * width + x] = average(inner[x], left &+ UInt32(source[below + x]))
            }
          }
        }
      }
    }
  }
}
