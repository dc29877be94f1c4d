import ElementaryFunctions

/// The lesion of a phantom: outline, echo level and what it does to the tissue around and below it.
/// Lengths are shares of the image's side, levels decibels.
struct PhantomLesion: Sendable {
  enum Kind: CaseIterable, Sendable {
    /// Echo-free, sharp, brighter tissue below.
    case cyst
    /// Oval or lobulated, evenly darker, often with a thin capsule.
    case fibroadenoma
    /// Angular or spiculated, very dark, bright halo, shadow below.
    case carcinoma
    /// Almost as bright as its surroundings: seen by its capsule and its even texture.
    case isoechoic
    /// Brighter than its surroundings.
    case hyperechoic
    /// Solid and echo-free parts side by side.
    case complex
  }

  var kind: Kind
  var center: SIMD2<Float>
  /// Half axes before rotation.
  var axes: SIMD2<Float>
  /// Cosine and sine of the rotation.
  var turn: SIMD2<Float>
  /// Radius over that of the ellipse at equally spaced angles.
  var outline: [Float]
  /// Level against the mean of the tissue it replaces.
  var contrast: Float = -12
  /// How much the level varies inside.
  var unevenness: Float = 1
  /// Width over which the inside becomes the outside.
  var edge: Float = 0.006
  /// Level of the line along the outline and of the tissue around it.
  var capsule: Float = 0
  var halo: Float = 0
  /// Change of everything below: negative is shadow, positive enhancement.
  var posterior: Float = 0
  /// Refraction shadows below both sides.
  var edgeShadow: Float = 0
  /// How far growing has pushed the tissue aside, 0 to 1.
  var displacement: Float = 0
  /// Calcifications: bright points.
  var calcifications: [SIMD2<Float>] = []

  /// Distance to the outline, positive inside; exact where it is zero.
  func depth(_ u: Float, _ v: Float) -> Float {
    let x = ((u - center.x) * turn.x + (v - center.y) * turn.y) / axes.x
    let y = ((v - center.y) * turn.x - (u - center.x) * turn.y) / axes.y
    let radius = (x * x + y * y).squareRoot()
    return (outlineRadius(x, y) - radius) * min(axes.x, axes.y)
  }

  private func outlineRadius(_ x: Float, _ y: Float) -> Float {
    let turns = ElementaryFunctions.atan2(Double(y), Double(x)) / (2 * Double.pi)
    let place = Float(turns < 0 ? turns + 1 : turns) * Float(outline.count)
    let first = min(Int(place), outline.count - 1)
    let second = first + 1 == outline.count ? 0 : first + 1
    return outline[first] + (outline[second] - outline[first]) * (place - Float(first))
  }

  /// Where tissue at a point outside was before the lesion pushed it aside.
  func displaced(_ point: SIMD2<Float>, depth: Float) -> SIMD2<Float> {
    let share = displacement * bump(min(depth, 0), width: 0.2)
    return SIMD2(point.x, point.y + (center.y - point.y) * share)
  }

  /// Half width and half height of the smallest box around the center that holds the outline.
  var extent: SIMD2<Float> {
    var extent = SIMD2<Float>.zero
    for (index, radius) in outline.enumerated() {
      let cosine = ElementaryFunctions.cos(turns: index, over: outline.count)
      let sine = ElementaryFunctions.sin(turns: index, over: outline.count)
      let x = Float(cosine) * radius * axes.x
      let y = Float(sine) * radius * axes.y
      let point = SIMD2(x * turn.x - y * turn.y, x * turn.y + y * turn.x)
      extent = pointwiseMax(extent, pointwiseMax(point, -point))
    }
    return extent
  }
}
