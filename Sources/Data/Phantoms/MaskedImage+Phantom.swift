import ElementaryFunctions
import Imaging
import RandomNumbers

extension MaskedImage {
  /// A generated breast-ultrasound image, gray levels 0…255, with the outline of its lesion.
  ///
  /// - Parameters:
  ///   - index: number of the image; every number gives another one.
  ///   - size: side in pixels.
  ///   - shift: another scanner; nil for the usual one.
  public init(phantom index: Int, size: Int, seed: UInt64, shift: DomainShift? = nil) {
    precondition(size > 0, "an image has pixels")
    var stream = RandomStream(seed: seed, purpose: .phantom, iteration: index)
    let scene = PhantomScene(size: size, shift, &stream)
    let key = RandomStream.key(seed: seed, purpose: .phantom)
    let intensities = scene.speckle.intensities(
      amplitudes: scene.amplitudes(), key: key, index: index)
    self.init(
      image: GrayImage(
        width: size, height: size, pixels: intensities.map { scene.compression.gray($0) }),
      mask: scene.mask)
  }
}

/// How echo intensities become gray levels.
struct LogCompression: Sendable {
  /// Decibels from black to white, and the level that becomes black.
  var range: Double
  var floor: Double

  func gray(_ intensity: Float) -> UInt8 {
    // 10 · log₁₀ x = 10 / ln 10 · ln x.
    let level = 4.342_944_819_032_518 * ElementaryFunctions.log(max(Double(intensity), 1e-12))
    return UInt8(min(max((level - floor) * 255 / range, 0), 255).rounded())
  }
}
