internal import COpenBLAS
import Glibc
import Tensors
import VectorInterface

/// Swaps the low-frequency amplitude of two images and keeps their phases (Qu et al., Frequency
/// Domain Switch; DESIGN §3).
///
/// In the centred spectrum a square of `side` coefficients starting at ⌊(size − side)/2⌋ takes the
/// other image's amplitude; the real part of the inverse transform is the result. Only the square's
/// coefficients change, so the image changes by a sum of `side`² waves: separable products with
/// small matrices of cosines and sines, and no Fourier transform of the whole image.
public final class FrequencySwitch {
  public let size: Int
  public let side: Int
  /// cos and sin of 2π·u·x/size, [side][size].
  private let cosines: [Double]
  private let sines: [Double]
  private let workspaces: [Workspace]

  /// - Parameters:
  ///   - area: side of the square as a share of the image's, 0…1.
  ///   - workers: how many threads may call `apply` at the same time.
  public init(size: Int, area: Double, workers: Int) {
    self.size = size
    side = Int((Double(size) * area).rounded(.down))
    let start = (size - side) / 2 - size / 2
    var cosines: [Double] = []
    var sines: [Double] = []
    for row in 0..<side {
      for x in 0..<size {
        // The angle is reduced in integers, so that it is exact before it meets π.
        let turn = (((start + row) * x) % size + size) % size
        let angle = 2 * Double.pi * Double(turn) / Double(size)
        cosines.append(cos(angle))
        sines.append(sin(angle))
      }
    }
    self.cosines = cosines
    self.sines = sines
    let (size, side) = (size, side)
    workspaces = (0..<workers).map { _ in Workspace(size: size, side: side) }
  }

  /// Writes both images with amplitudes switched. All planes are [size][size].
  public func apply(
    worker: Int, first: Floats, second: Floats, restoredFirst: MutableFloats,
    restoredSecond: MutableFloats
  ) {
    let space = workspaces[worker]
    guard side > 0 else {
      restoredFirst.update(from: first, count: size * size)
      restoredSecond.update(from: second, count: size * size)
      return
    }
    transform(first, space, into: space.first)
    transform(second, space, into: space.second)
    restore(first, of: space.first, amplitudesOf: space.second, space, into: restoredFirst)
    restore(second, of: space.second, amplitudesOf: space.first, space, into: restoredSecond)
  }

  /// The square's coefficients, [2: real, imaginary][side][side].
  private func transform(
    _ image: Floats, _ space: Workspace, into spectrum: borrowing AlignedBuffer<Double>
  ) {
    for k in 0..<(size * size) { space.image.baseAddress[k] = Double(image[k]) }
    let rowsCos = space.rows.baseAddress
    let rowsSin = rowsCos + size * side
    let real = spectrum.baseAddress
    let imaginary = real + side * side
    cosines.withUnsafeBufferPointer { c in
      sines.withUnsafeBufferPointer { s in
        guard let c = c.baseAddress, let s = s.baseAddress else { return }
        let image = UnsafePointer(space.image.baseAddress)
        multiply(image, c, rowsCos, m: size, n: side, k: size, transposeB: true)
        multiply(image, s, rowsSin, m: size, n: side, k: size, transposeB: true)
        multiply(c, rowsCos, real, m: side, n: side, k: size)
        multiply(s, rowsSin, real, m: side, n: side, k: size, alpha: -1, beta: 1)
        multiply(c, rowsSin, imaginary, m: side, n: side, k: size, alpha: -1)
        multiply(s, rowsCos, imaginary, m: side, n: side, k: size, alpha: -1, beta: 1)
      }
    }
  }

  /// image + Re F⁻¹((|other| / |own| − 1) · own), with phase 0 where the own amplitude is 0.
  private func restore(
    _ image: Floats, of own: borrowing AlignedBuffer<Double>,
    amplitudesOf other: borrowing AlignedBuffer<Double>, _ space: Workspace,
    into output: MutableFloats
  ) {
    let count = side * side
    let deltaReal = space.delta.baseAddress
    let deltaImaginary = deltaReal + count
    for k in 0..<count {
      let re = own.baseAddress[k]
      let im = own.baseAddress[count + k]
      let otherRe = other.baseAddress[k]
      let otherIm = other.baseAddress[count + k]
      let amplitude = (re * re + im * im).squareRoot()
      let wanted = (otherRe * otherRe + otherIm * otherIm).squareRoot()
      let factor = amplitude > 0 ? wanted / amplitude - 1 : 0
      deltaReal[k] = amplitude > 0 ? factor * re : wanted
      deltaImaginary[k] = factor * im
    }
    let real = space.rows.baseAddress
    let imaginary = real + side * size
    let change = space.image.baseAddress
    cosines.withUnsafeBufferPointer { c in
      sines.withUnsafeBufferPointer { s in
        guard let c = c.baseAddress, let s = s.baseAddress else { return }
        multiply(deltaReal, c, real, m: side, n: size, k: side)
        multiply(deltaImaginary, s, real, m: side, n: size, k: side, alpha: -1, beta: 1)
        multiply(deltaReal, s, imaginary, m: side, n: size, k: side)
        multiply(deltaImaginary, c, imaginary, m: side, n: size, k: side, beta: 1)
        multiply(c, real, change, m: size, n: size, k: side, transposeA: true)
        multiply(
          s, imaginary, change, m: size, n: size, k: side, transposeA: true, alpha: -1, beta: 1)
      }
    }
    let scale = 1 / Double(size * size)
    for k in 0..<(size * size) { output[k] = Float(Double(image[k]) + change[k] * scale) }
  }

  /// C = alpha · op(A) · op(B) + beta · C, row by row.
  private func multiply(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>,
    m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false,
    alpha: Double = 1, beta: Double = 0
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), alpha, a, blasint(transposeA ? m : k), b,
      blasint(transposeB ? k : n), beta, c, blasint(n))
  }

  private final class Workspace {
    let image: AlignedBuffer<Double>
    /// [2][size][side] on the way in, [2][side][size] on the way out.
    let rows: AlignedBuffer<Double>
    let first: AlignedBuffer<Double>
    let second: AlignedBuffer<Double>
    let delta: AlignedBuffer<Double>

    init(size: Int, side: Int) {
      image = AlignedBuffer(count: size * size)
      rows = AlignedBuffer(count: 2 * size * side)
      first = AlignedBuffer(count: 2 * side * side)
      second = AlignedBuffer(count: 2 * side * side)
      delta = AlignedBuffer(count: 2 * side * side)
    }
  }
}
