import ElementaryFunctions
import Imaging
import RandomNumbers

/// Everything that makes one phantom image: tissue, lesion, beam and scanner settings.
struct PhantomScene: Sendable {
  let size: Int
  let speckle: SpeckleField
  let compression: LogCompression
  package let mask: GrayImage
  private let tissue: PhantomTissue
  private let lesion: PhantomLesion
  /// Distance of each pixel to the outline, positive inside.
  private let depths: [Float]
  private let texture: GradientNoise
  private let gain: Gain
  private let shift: DomainShift?

  /// Time gain compensation that does not quite fit, and an array that is not quite even.
  private struct Gain {
    var start: Float
    var loss: Float
    var tilt: Float
    var wave: Float
  }

  /// Draws the same numbers whatever the shift is.
  init(size: Int, _ shift: DomainShift?, _ stream: inout RandomStream) {
    self.size = size
    self.shift = shift
    lesion = PhantomLesion.draw(&stream)
    tissue = PhantomTissue(&stream)
    texture = GradientNoise(&stream)
    func between(_ low: Double, _ high: Double) -> Float { Float(stream.uniform(in: low..<high)) }
    gain = Gain(
      start: between(0.3, 0.6), loss: between(6, 34), tilt: between(-3, 3), wave: between(2, 6))
    let scale = Float(size) / 256
    let narrow = between(1.1, 1.5)
    let usual = SpeckleField(
      size: size, axialSpread: max(between(0.75, 0.95) * scale, 0.5),
      lateralSpread: max(narrow * scale, 0.6)...max(narrow * between(1.3, 1.8) * scale, 0.7),
      focus: between(0.3, 0.6), looks: stream.integer(in: 2..<5))
    speckle = shift.map { usual.shifted(by: $0) } ?? usual
    let range = stream.uniform(in: 50..<60)
    compression = LogCompression(
      range: range, floor: -range * stream.uniform(in: 0.50..<0.60) - (shift?.gain ?? 0))
    let points = Self.points(size)
    depths = points.map { [lesion] in lesion.depth($0.x, $0.y) }
    let isLesion = zip(points, depths).map { point, depth in
      depth > 0 && (shift?.visibility(point.x, point.y) ?? 1) > 0.5
    }
    mask = GrayImage(width: size, height: size, pixels: isLesion.map { $0 ? 1 : 0 })
  }

  /// Centers of the pixels as shares of the side, row by row.
  private static func points(_ size: Int) -> [SIMD2<Float>] {
    (0..<size * size).map {
      (SIMD2(Float($0 % size), Float($0 / size)) + 0.5) / Float(size)
    }
  }

  /// Echo amplitude of each pixel, [size, size].
  func amplitudes() -> [Float] {
    let points = Self.points(size)
    var levels = zip(points, depths).map { point, depth in
      let origin = lesion.displaced(point, depth: depth)
      return tissue.level(origin.x, origin.y)
    }
    insertLesion(&levels, points)
    let posterior = posteriorChange()
    for (index, point) in points.enumerated() {
      levels[index] +=
        posterior[index] + tissue.shading(point.x, point.y) + gainChange(point.x, point.y)
    }
    let noiseFloor: Float = -40
    let decibel = ElementaryFunctions.log(10) / 20
    let amplitudes = levels.map {
      Float(ElementaryFunctions.exp(Double(max($0, noiseFloor)) * decibel))
    }
    return shift.map { seen(amplitudes, points, by: $0) } ?? amplitudes
  }

  /// Echoes that have come through more or less tissue at another frequency, within the field of view.
  private func seen(
    _ amplitudes: [Float], _ points: [SIMD2<Float>], by shift: DomainShift
  ) -> [Float] {
    let decibel = ElementaryFunctions.log(10) / 20
    return zip(points, amplitudes).map { point, amplitude in
      let change = ElementaryFunctions.exp(Double(-shift.loss(at: point.y)) * decibel)
      return amplitude * Float(change) * shift.visibility(point.x, point.y)
    }
  }

  private func gainChange(_ u: Float, _ v: Float) -> Float {
    let below = max(v - gain.start, 0) / (1 - gain.start)
    return gain.tilt * (u - 0.5) + gain.wave * texture.value(1.6 * u + 7, 0.8 * v + 3)
      - gain.loss * below * below
  }

  // MARK: Lesion

  private func insertLesion(_ levels: inout [Float], _ points: [SIMD2<Float>]) {
    let inside = depths.indices.filter { depths[$0] > 0 }
    let mean = inside.reduce(Float(0)) { $0 + levels[$1] } / Float(max(inside.count, 1))
    for (index, depth) in depths.enumerated() where depth > -0.08 {
      let point = points[index]
      let blur = 1 + texture.value(9 * point.x + 13, 9 * point.y + 19)
      let edge = lesion.edge * max(blur, 0.1)
      let share = smoothStep(-edge, edge, depth)
      if share > 0 {
        let level = mean + lesion.contrast + variation(point)
        levels[index] += (level - levels[index]) * share
      }
      levels[index] += lesion.capsule * bump(depth, width: 0.012) * presence(point)
      if depth < 0 { levels[index] += lesion.halo * smoothStep(-0.06, -0.01, depth) }
    }
    for spot in lesion.calcifications { brighten(spot, &levels, points) }
  }

  /// The inside: even, or of two kinds side by side.
  private func variation(_ point: SIMD2<Float>) -> Float {
    if lesion.kind == .complex {
      let side = smoothStep(-0.06, 0.06, texture.value(7 * point.x + 3, 7 * point.y + 5))
      return lesion.unevenness * (side - 0.6)
    }
    return 2 * lesion.unevenness * texture.rough(7 * point.x + 3, 10 * point.y + 5)
  }

  /// Capsules are brightest where the beam meets them at a right angle.
  private func presence(_ point: SIMD2<Float>) -> Float {
    let direction = point - lesion.center
    let length = (direction.x * direction.x + direction.y * direction.y).squareRoot()
    return 0.3 + 0.7 * abs(direction.y) / max(length, 1e-6)
  }

  private func brighten(
    _ spot: SIMD2<Float>, _ levels: inout [Float], _ points: [SIMD2<Float>]
  ) {
    let reach = max(Int(0.008 * Float(size)), 1)
    let column = Int(spot.x * Float(size))
    let row = Int(spot.y * Float(size))
    for y in max(row - reach, 0)..<max(min(row + reach, size), 0) {
      for x in max(column - reach, 0)..<max(min(column + reach, size), 0) {
        let offset = points[y * size + x] - spot
        let distance = (offset.x * offset.x + offset.y * offset.y).squareRoot()
        levels[y * size + x] += 18 * bump(distance, width: 0.010)
      }
    }
  }

  /// Shadow or enhancement: follows from how much lesion the beam has crossed, blurred across the
  /// beams and fading with depth.
  private func posteriorChange() -> [Float] {
    let extent = lesion.extent
    let thickness = 1.3 * extent.y * Float(size)
    var change = [Float](repeating: 0, count: size * size)
    var crossed = [Float](repeating: 0, count: size)
    for y in 0..<size {
      for x in 0..<size where depths[y * size + x] > 0 { crossed[x] += 1 }
      for x in 0..<size {
        let below = depths[y * size + x] > 0 ? 0 : min(crossed[x] / thickness, 1)
        change[y * size + x] = lesion.posterior * below + edgeChange(x, y, extent)
      }
    }
    return smoothedAcross(change)
  }

  private func edgeChange(_ x: Int, _ y: Int, _ extent: SIMD2<Float>) -> Float {
    let u = (Float(x) + 0.5) / Float(size)
    let v = (Float(y) + 0.5) / Float(size)
    guard lesion.edgeShadow < 0, v > lesion.center.y else { return 0 }
    let distance = abs(abs(u - lesion.center.x) - extent.x * 0.97)
    let below = smoothStep(lesion.center.y, lesion.center.y + extent.y, v)
    return lesion.edgeShadow * bump(distance, width: 0.02) * below
  }

  /// Means over columns nearby, the borders repeated.
  private func smoothedAcross(_ values: [Float]) -> [Float] {
    let reach = max(Int(0.02 * Float(size)), 1)
    var result = values
    for y in 0..<size {
      var sum: Float = 0
      func value(_ x: Int) -> Float { values[y * size + min(max(x, 0), size - 1)] }
      for x in -reach...reach { sum += value(x) }
      for x in 0..<size {
        result[y * size + x] = sum / Float(2 * reach + 1)
        sum += value(x + reach + 1) - value(x - reach)
      }
    }
    return result
  }
}
