import RandomNumbers

/// The breast without its lesion: skin, fat with ligaments, gland, muscle, ribs, vessels. Lengths
/// are shares of the image's side, levels decibels against bright gland.
struct PhantomTissue: Sendable {
  private let noise: GradientNoise
  /// Depths at which the layers end, before they are bent.
  private var skinEnd: Float
  private var fatEnd: Float
  private var glandEnd: Float
  private var wallStart: Float
  private var tilt: Float
  private var bend: Float
  private var fatLevel: Float
  private var glandLevel: Float
  private var muscleLevel: Float
  private var ligaments: Float
  private var fibers: Float
  /// How much of the gland is replaced by fat lobules, which look like lesions without being any.
  private var lobules: Float
  private var ribs: [Arc] = []
  private var vessels: [Vessel] = []
  /// Shadows of poor contact, from the skin down.
  private var contactShadows: [ContactShadow] = []

  /// Surface of a rib.
  private struct Arc {
    var center: SIMD2<Float>
    var halfWidth: Float
    var rise: Float
  }

  private struct Vessel {
    var center: SIMD2<Float>
    var axes: SIMD2<Float>
    var level: Float
  }

  private struct ContactShadow {
    var column: Float
    var start: Float
    var width: Float
    var level: Float
  }

  init(_ stream: inout RandomStream) {
    noise = GradientNoise(&stream)
    func between(_ low: Double, _ high: Double) -> Float { Float(stream.uniform(in: low..<high)) }
    skinEnd = between(0.025, 0.05)
    fatEnd = between(0.14, 0.34)
    glandEnd = between(0.60, 0.80)
    wallStart = between(0.84, 1.1)
    tilt = between(-0.12, 0.12)
    bend = between(0.04, 0.10)
    fatLevel = between(-12, -7)
    glandLevel = between(-3, 0)
    muscleLevel = between(-11, -6)
    ligaments = between(9, 15)
    fibers = between(7, 13)
    lobules = between(-0.1, 0.25)
    drawObstacles(&stream)
  }

  private mutating func drawObstacles(_ stream: inout RandomStream) {
    func between(_ low: Double, _ high: Double) -> Float { Float(stream.uniform(in: low..<high)) }
    if stream.chance(0.3) {
      for _ in 0..<stream.integer(in: 1..<3) {
        ribs.append(
          Arc(
            center: SIMD2(between(0, 1), between(0.72, 0.88)), halfWidth: between(0.18, 0.32),
            rise: between(0.03, 0.07)))
      }
    }
    for _ in 0..<stream.integer(below: 4) {
      let width = between(0.012, 0.035)
      vessels.append(
        Vessel(
          center: SIMD2(between(0.03, 0.97), between(0.1, 0.85)),
          axes: SIMD2(width * between(1, 2.5), width), level: between(-20, -12)))
    }
    if stream.chance(0.35) {
      for _ in 0..<stream.integer(in: 1..<3) {
        let place = stream.chance(0.5) ? between(-0.02, 0.15) : between(0.85, 1.02)
        contactShadows.append(
          ContactShadow(
            column: place, start: between(0.02, 0.4), width: between(0.08, 0.22),
            level: between(-18, -8)))
      }
    }
  }

  // MARK: Echo level

  /// Level of the tissue at a point.
  func level(_ u: Float, _ v: Float) -> Float {
    let depth =
      v + tilt * (u - 0.5) * min(v * 3, 1) + bend * noise.value(1.4 * u + 3, 1.4 * v + 11)
      * min(v * 4, 1) + 0.025 * noise.value(5 * u + 23, 4 * v + 7)
    let across = u + 0.04 * noise.value(3 * u + 41, 3 * v + 2)
    let fatEdge = fatEnd + 0.10 * noise.value(2.5 * u + 7, 31)
    let glandEdge = glandEnd + 0.10 * noise.value(2 * u + 9, 47)
    let inGland = smoothStep(fatEdge - 0.012, fatEdge + 0.012, depth)
    let inMuscle = smoothStep(glandEdge - 0.01, glandEdge + 0.01, depth)
    var level = fat(across, depth)
    if inGland > 0 { level += (gland(across, depth) - level) * inGland }
    if inMuscle > 0 { level += (muscle(across, depth) - level) * inMuscle }
    level += fascia(across, depth - glandEdge, strength: 12)
    level += fascia(across + 5, depth - glandEdge - 0.05, strength: 8)
    level += skin(u, v)
    for vessel in vessels { level += echo(of: vessel, u, v) }
    return chestWall(u, v, level)
  }

  private func fat(_ x: Float, _ y: Float) -> Float {
    let lobule = noise.value(4 * x + 13, 9 * y + 19)
    let strand = noise.value(5 * x + 29, 22 * y + 43)
    let strength = ligaments * smoothStep(-0.15, 0.3, noise.value(3 * x + 53, 5 * y + 3))
    return fatLevel + 3 * noise.rough(7 * x, 16 * y) + bump(lobule, width: 0.07) * strength
      + 0.7 * ligaments * bump(strand - 0.28, width: 0.10)
  }

  private func gland(_ x: Float, _ y: Float) -> Float {
    let coarse = noise.value(4 * x + 31, 20 * y + 13)
    let fine = noise.value(8 * x + 37, 46 * y + 17)
    let presence = 0.25 + 1.1 * smoothStep(-0.35, 0.35, noise.value(3 * x + 57, 4 * y + 49))
    let lines = bump(coarse, width: 0.12) + 0.8 * bump(fine - 0.1, width: 0.16)
    let islands = smoothStep(0.40, 0.52, noise.value(4 * x + 5, 8 * y + 37) + lobules)
    let fibrous =
      glandLevel + 6 * noise.rough(3.5 * x + 11, 8 * y + 23) + fibers * (presence * lines - 0.4)
    return fibrous + (fatLevel - 3 - fibrous) * islands
  }

  private func muscle(_ x: Float, _ y: Float) -> Float {
    let strand = noise.value(2.5 * x + 19, 34 * y + 29)
    return muscleLevel + 3 * noise.rough(4 * x + 1, 14 * y + 5) + 8 * bump(strand, width: 0.12)
  }

  /// A bright sheet that comes and goes along its length.
  private func fascia(_ x: Float, _ distance: Float, strength: Float) -> Float {
    guard abs(distance) < 0.012 else { return 0 }
    let presence = smoothStep(-0.25, 0.25, noise.value(4 * x + 61, 59))
    return strength * presence * bump(distance, width: 0.012)
  }

  /// Two bright lines with softer skin between, and a dark seam below.
  private func skin(_ u: Float, _ v: Float) -> Float {
    guard v < skinEnd * 2 else { return 0 }
    let end = skinEnd + 0.006 * noise.value(3 * u + 2, 21)
    return 16 * bump(v - 0.006, width: 0.012) + 13 * bump(v - end, width: 0.011)
      + (v < end ? 5 : -2)
  }

  private func echo(of vessel: Vessel, _ u: Float, _ v: Float) -> Float {
    let x = (u - vessel.center.x) / vessel.axes.x
    let y = (v - vessel.center.y) / vessel.axes.y
    guard abs(x) < 1.6, abs(y) < 1.6 else { return 0 }
    let radius = (x * x + y * y).squareRoot()
    return vessel.level * (1 - smoothStep(0.8, 1.1, radius))
      + 7 * bump(radius - 1.2, width: 0.3) * abs(y) / max(radius, 0.1)
  }

  /// Ribs and the pleura: bright surfaces that let nothing through.
  private func chestWall(_ u: Float, _ v: Float, _ tissue: Float) -> Float {
    var level = tissue
    let pleura = v - wallStart - 0.05 * noise.value(2 * u + 1, 15)
    level += 16 * bump(pleura, width: 0.014) - 12 * smoothStep(0, 0.02, pleura)
    for rib in ribs {
      let x = (u - rib.center.x) / rib.halfWidth
      guard abs(x) < 1.1 else { continue }
      let surface = v - rib.center.y - rib.rise * x * x
      let side = 1 - smoothStep(0.5, 1.1, abs(x))
      level += side * (13 * bump(surface, width: 0.018) - 22 * smoothStep(0.004, 0.05, surface))
    }
    return level
  }

  // MARK: Shading

  /// Change of level by what lies above the point: columns of poor transmission and poor contact.
  func shading(_ u: Float, _ v: Float) -> Float {
    let column = noise.value(6 * u + 0.6 * v + 45, 1.2 * v + 39)
    var change = -14 * max(column - 0.1, 0) * smoothStep(0.2, 0.7, v)
    for shadow in contactShadows {
      let sway = 0.05 * noise.value(4 * v, 27)
      let side = bump(u - shadow.column + sway, width: shadow.width)
      change += shadow.level * side * smoothStep(shadow.start, shadow.start + 0.35, v)
    }
    return change
  }
}
