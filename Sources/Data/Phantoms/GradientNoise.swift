import RandomNumbers

/// Smooth random variation over the plane: gradient noise in [-1, 1], about ±0.5 mostly, with
/// features one unit wide, repeating every 64 units.
///
/// Source: Perlin, "Improving noise", SIGGRAPH 2002 (the fade polynomial); the gradients are drawn.
struct GradientNoise: Sendable {
  private static let period = 64
  private let gradients: [SIMD2<Float>]

  init(_ stream: inout RandomStream) {
    gradients = (0..<Self.period * Self.period).map { _ in
      let word = stream.nextWord()
      return SIMD2(Float(word & 0xFFFF), Float(word >> 16)) * 0x1p-15 - 1
    }
  }

  /// The value at a point.
  func value(_ x: Float, _ y: Float) -> Float {
    let floorX = x.rounded(.down)
    let floorY = y.rounded(.down)
    let left = Int(floorX) & (Self.period - 1)
    let right = (left + 1) & (Self.period - 1)
    let upper = (Int(floorY) & (Self.period - 1)) * Self.period
    let lower = (upper + Self.period) & (Self.period * Self.period - 1)
    let dx = x - floorX
    let dy = y - floorY
    let a = dot(gradients[upper + left], dx, dy)
    let b = dot(gradients[upper + right], dx - 1, dy)
    let c = dot(gradients[lower + left], dx, dy - 1)
    let d = dot(gradients[lower + right], dx - 1, dy - 1)
    let u = fade(dx)
    let top = a + (b - a) * u
    let bottom = c + (d - c) * u
    return top + (bottom - top) * fade(dy)
  }

  /// Three octaves, each half as strong as the one before.
  func rough(_ x: Float, _ y: Float) -> Float {
    value(x, y) + value(2 * x + 17.3, 2 * y + 5.1) / 2 + value(4 * x + 3.7, 4 * y + 29.9) / 4
  }

  private func dot(_ gradient: SIMD2<Float>, _ x: Float, _ y: Float) -> Float {
    gradient.x * x + gradient.y * y
  }

  private func fade(_ t: Float) -> Float { t * t * t * (t * (t * 6 - 15) + 10) }
}

/// 0 below `start`, 1 above `end`, smooth between.
func smoothStep(_ start: Float, _ end: Float, _ x: Float) -> Float {
  let t = min(max((x - start) / (end - start), 0), 1)
  return t * t * (3 - 2 * t)
}

/// A bump of height 1 at 0 with zeros at ±width.
func bump(_ x: Float, width: Float) -> Float {
  let t = x / width
  let rest = max(1 - t * t, 0)
  return rest * rest
}
