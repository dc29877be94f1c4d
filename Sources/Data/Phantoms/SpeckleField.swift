import ElementaryFunctions
import RandomNumbers

/// Fully developed speckle: many scatterers of random complex amplitude in every resolution cell,
/// smoothed by the point-spread function of the transducer, so that the envelope is Rayleigh
/// distributed (Wagner, Smith, Sandrik, Lopez, IEEE Trans. Sonics Ultrason. 30, 1983).
public struct SpeckleField: Sendable {
  /// Width and height in pixels.
  public var size: Int
  /// Standard deviations of the point-spread function in pixels: along the beam, and across it at
  /// the focus and at the border farthest from it.
  public var axialSpread: Float
  public var lateralSpread: ClosedRange<Float>
  /// Depth of the focus as a share of the image.
  public var focus: Float
  /// Views from different angles whose intensities are averaged (spatial compounding); with one
  /// the envelope is Rayleigh distributed.
  public var looks: Int

  public init(
    size: Int, axialSpread: Float, lateralSpread: ClosedRange<Float>, focus: Float, looks: Int = 1
  ) {
    self.size = size
    self.axialSpread = axialSpread
    self.lateralSpread = lateralSpread
    self.focus = focus
    self.looks = looks
  }

  /// The grains of another scanner; beams of a curved probe part, and are coarsest far below.
  func shifted(by shift: DomainShift) -> SpeckleField {
    var field = self
    let parting: Float = shift.probe == .curved ? 1.6 : 1
    field.axialSpread *= shift.grain
    field.lateralSpread =
      lateralSpread.lowerBound * shift.grain...lateralSpread.upperBound * shift.grain * parting
    if shift.probe == .curved { field.focus = 0.2 }
    return field
  }

  /// Squared envelope, [size, size], mean 1 where the echo amplitude is 1.
  ///
  /// - Parameters:
  ///   - amplitudes: echo amplitude of the tissue, [size, size]
  ///   - key: the random numbers' key
  ///   - index: the image's number
  public func intensities(amplitudes: [Float], key: Philox.Key, index: Int) -> [Float] {
    precondition(amplitudes.count == size * size, "amplitudes do not fit")
    var sums = [Float](repeating: 0, count: size * size)
    var echoes = sums
    var scratch = sums
    for look in 0..<2 * looks {
      scatter(amplitudes, key, SIMD2(index, look), into: &echoes)
      spreadLaterally(echoes, into: &scratch)
      spreadAxially(scratch, into: &echoes)
      for position in sums.indices { sums[position] += echoes[position] * echoes[position] }
    }
    return sums.map { $0 / Float(looks) }
  }

  /// Real or imaginary part of one scatterer a pixel: uniform with variance ½.
  private func scatter(
    _ amplitudes: [Float], _ key: Philox.Key, _ number: SIMD2<Int>, into echoes: inout [Float]
  ) {
    let scale = Float(1.5).squareRoot() * 0x1p-15
    let numbers = SIMD2<UInt32>(truncatingIfNeeded: number)
    for start in stride(from: 0, to: amplitudes.count, by: 8) {
      let words = Philox.words(
        Philox.Counter(UInt32(truncatingIfNeeded: start / 8), numbers.y, numbers.x, 1), key: key)
      for lane in 0..<min(8, amplitudes.count - start) {
        let half = words[lane / 2] >> (16 * UInt32(lane & 1)) & 0xFFFF
        echoes[start + lane] = (Float(half) - 32767.5) * scale * amplitudes[start + lane]
      }
    }
  }

  /// Gaussian weights of unit energy, reaching 2.5 standard deviations.
  private func weights(spread: Float) -> [Float] {
    let reach = Int((2.5 * spread).rounded(.up))
    let bell = (-reach...reach).map {
      ElementaryFunctions.exp(-Double($0 * $0) / Double(2 * spread * spread))
    }
    let energy = bell.reduce(0) { $0 + $1 * $1 }
    return bell.map { Float($0 / energy.squareRoot()) }
  }

  /// Across the beams: narrow at the focus, wider above and below it.
  private func spreadLaterally(_ source: [Float], into target: inout [Float]) {
    let steps = 16
    let kernels = (0...steps).map { step in
      weights(
        spread: lateralSpread.lowerBound
          + (lateralSpread.upperBound - lateralSpread.lowerBound) * Float(step) / Float(steps))
    }
    let farthest = max(focus, 1 - focus)
    for y in 0..<size {
      let distance = abs((Float(y) + 0.5) / Float(size) - focus) / farthest
      let kernel = kernels[Int(distance * Float(steps))]
      let reach = kernel.count / 2
      let line = (-reach..<size + reach).map { source[y * size + mirrored($0)] }
      for x in 0..<size { target[y * size + x] = 0 }
      for (tap, weight) in kernel.enumerated() {
        for x in 0..<size { target[y * size + x] += weight * line[x + tap] }
      }
    }
  }

  /// Along the beams.
  private func spreadAxially(_ source: [Float], into target: inout [Float]) {
    let kernel = weights(spread: axialSpread)
    let reach = kernel.count / 2
    for y in 0..<size {
      for x in 0..<size { target[y * size + x] = 0 }
      for (tap, weight) in kernel.enumerated() {
        let line = mirrored(y + tap - reach) * size
        for x in 0..<size { target[y * size + x] += weight * source[line + x] }
      }
    }
  }

  /// Beyond the border the picture is mirrored.
  private func mirrored(_ position: Int) -> Int {
    let inside = position < 0 ? -1 - position : position
    return min(max(min(inside, 2 * size - 1 - inside), 0), size - 1)
  }
}
