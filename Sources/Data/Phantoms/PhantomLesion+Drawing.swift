import ElementaryFunctions
import RandomNumbers

extension PhantomLesion {
  /// A lesion of random kind, shape, place and contrast.
  static func draw(_ stream: inout RandomStream) -> PhantomLesion {
    let kind = drawKind(&stream)
    var lesion = PhantomLesion(
      kind: kind, center: SIMD2(0.5, 0.5), axes: SIMD2(0.1, 0.1), turn: SIMD2(1, 0),
      outline: drawOutline(kind, &stream))
    lesion.drawSize(&stream)
    lesion.drawPlace(&stream)
    lesion.drawEchoes(&stream)
    if kind != .carcinoma { lesion.displacement = Float(stream.uniform(in: 0.2..<0.6)) }
    if kind == .carcinoma { lesion.drawCalcifications(&stream) }
    return lesion
  }

  private static func drawKind(_ stream: inout RandomStream) -> Kind {
    switch stream.uniform() {
    case ..<0.20: .cyst
    case ..<0.52: .fibroadenoma
    case ..<0.80: .carcinoma
    case ..<0.88: .isoechoic
    case ..<0.94: .hyperechoic
    default: .complex
    }
  }

  // MARK: Shape

  /// A Fourier series in the angle, for some carcinomas with spicules.
  private static func drawOutline(_ kind: Kind, _ stream: inout RandomStream) -> [Float] {
    var heights = [Double](repeating: 0, count: 17)
    switch kind {
    case .cyst, .hyperechoic: heights.replaceSubrange(2..<5, with: [0.03, 0.03, 0.02])
    case .fibroadenoma, .isoechoic, .complex:
      let lobulated = stream.chance(0.4)
      heights.replaceSubrange(
        2..<7, with: lobulated ? [0.06, 0.14, 0.10, 0.06, 0.03] : [0.05, 0.05, 0.03, 0.02, 0.01])
    case .carcinoma:
      for order in 2..<17 { heights[order] = 0.30 / ElementaryFunctions.pow(Double(order), 1.3) }
    }
    let waves = heights.map { height in
      (height: height * stream.uniform(in: 0.5..<1.5), phase: 2 * Double.pi * stream.uniform())
    }
    let spicules = kind == .carcinoma && stream.chance(0.5) ? drawSpicules(&stream) : []
    return (0..<256).map { index in
      let angle = 2 * Double.pi * Double(index) / 256
      var radius = 1.0
      for (order, wave) in waves.enumerated() {
        radius += wave.height * ElementaryFunctions.cos(Double(order) * angle + wave.phase)
      }
      for spicule in spicules {
        let distance =
          (angle - spicule.angle).remainder(dividingBy: 2 * Double.pi) / spicule.width
        radius += spicule.height * ElementaryFunctions.exp(-distance * distance)
      }
      return Float(max(radius, 0.4))
    }
  }

  private static func drawSpicules(
    _ stream: inout RandomStream
  ) -> [(angle: Double, width: Double, height: Double)] {
    (0..<stream.integer(in: 5..<11)).map { _ in
      (
        2 * Double.pi * stream.uniform(), stream.uniform(in: 0.06..<0.14),
        stream.uniform(in: 0.1..<0.35)
      )
    }
  }

  /// Area between 1.8 and 17 % of the image, small ones more often; carcinomas tend to stand
  /// upright, others lie.
  private mutating func drawSize(_ stream: inout RandomStream) {
    let area =
      0.018 * ElementaryFunctions.exp(stream.uniform() * ElementaryFunctions.log(0.17 / 0.018))
    let stretch =
      kind == .carcinoma ? stream.uniform(in: 0.75..<1.4) : stream.uniform(in: 1.05..<1.9)
    let turned = stream.uniform(in: -0.4..<0.4)
    turn = SIMD2(
      Float(ElementaryFunctions.cos(turned)), Float(ElementaryFunctions.sin(turned)))
    // The area of an outline r(angle) in an ellipse is half the product of the axes times ∫ r².
    let squares = outline.reduce(0.0) { $0 + Double($1) * Double($1) }
    let product = area / (Double.pi * squares / Double(outline.count))
    axes = SIMD2(
      Float((product * stretch).squareRoot()), Float((product / stretch).squareRoot()))
  }

  /// Anywhere below the skin where it fits, the upper two thirds preferred.
  private mutating func drawPlace(_ stream: inout RandomStream) {
    let extent = extent
    func place(_ low: Float, _ high: Float, _ reach: Float, _ top: Float, _ bottom: Float) -> Float
    {
      let first = max(low, top + reach)
      let last = max(min(high, bottom - reach), first)
      return first + (last - first) * Float(stream.uniform())
    }
    center.x = place(0.15, 0.85, extent.x, 0.03, 0.97)
    center.y = place(0.24, 0.62, extent.y, 0.10, 0.95)
  }

  // MARK: Echoes

  private mutating func drawEchoes(_ stream: inout RandomStream) {
    func between(_ low: Double, _ high: Double) -> Float { Float(stream.uniform(in: low..<high)) }
    switch kind {
    case .cyst:
      (contrast, unevenness, edge) = (between(-32, -22), 0.5, 0.006)
      (posterior, edgeShadow, capsule) = (between(4, 10), between(-5, -1), between(0, 5))
    case .fibroadenoma:
      (contrast, unevenness, edge) = (between(-17, -10), between(0.5, 3), between(0.006, 0.014))
      (posterior, edgeShadow, capsule) = (between(-3, 6), between(-4, 0), between(0, 6))
    case .carcinoma:
      (contrast, unevenness, edge) = (between(-22, -13), between(1, 3), between(0.012, 0.03))
      (posterior, halo) = (between(-18, -3), between(0, 6))
    case .isoechoic:
      (contrast, unevenness, edge) = (between(-7, -4), between(0.3, 1), 0.004)
      (posterior, edgeShadow, capsule) = (between(0, 4), between(-4, -1), between(6, 10))
    case .hyperechoic:
      (contrast, unevenness, edge) = (between(6, 10), between(0.3, 1), between(0.004, 0.01))
      capsule = between(-8, -3)
    case .complex:
      (contrast, unevenness, edge) = (between(-18, -12), between(10, 16), 0.005)
      (posterior, edgeShadow, capsule) = (between(0, 6), between(-4, -1), between(2, 6))
    }
  }

  private mutating func drawCalcifications(_ stream: inout RandomStream) {
    guard stream.chance(0.35) else { return }
    calcifications = (0..<stream.integer(in: 3..<12)).map { _ in
      let angle = 2 * Double.pi * stream.uniform()
      let radius = Float(stream.uniform().squareRoot() * 0.7)
      let x = Float(ElementaryFunctions.cos(angle)) * axes.x
      let y = Float(ElementaryFunctions.sin(angle)) * axes.y
      return center + SIMD2(x, y) * radius
    }
  }
}
