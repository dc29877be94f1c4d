import ElementaryFunctions
import Tensors
import VectorInterface

/// Swaps the low-frequency amplitude of two images and keeps their phases (Qu et al., Frequency
/// Domain Switch, arXiv 2603.18655).
///
/// In the centred spectrum a square of `side` coefficients starting at ⌊(size − side)/2⌋ takes the
/// other image's amplitude; the real part of the inverse transform is the result. Only the square's
/// coefficients change, so the image changes by a sum of `side`² waves: separable products with
/// small matrices of cosines and sines, and no Fourier transform of the whole image.
///
/// **Exactness.** Every product of matrices is exact, so the bits depend on the images alone, not on
/// how OpenBLAS computes. The first one multiplies pixels, integers up to 255, by waves rounded to 33
/// bits after the point: a sum of up to 4096 of these stays below 4096 · 255 · 2³³ < 2⁵³ units. The
/// others are products of `SplitMatrix`, whose bounds are, for images of side N: 255 N for sums of a
/// row, 255 N² for coefficients and their changes, `side` times that for sums of a row of changes.
///
/// **Precondition**: planes hold multiples of 1/255, as 8-bit images do; size is a multiple of 16, at
/// most 4096.
public final class FrequencySwitch {
  public let size: Int
  public let side: Int
  /// `side` and zeros up to a multiple of 8.
  private let storedSide: Int
  /// 33 bits after the point, [x][cos, sin][u].
  private let rowWaves: AlignedBuffer<Double>
  private let workspaces: [Workspace]

  /// - Parameters:
  ///   - area: side of the square as a share of the image's, 0…1.
  ///   - workers: how many threads may call `apply` at the same time.
  public init(size: Int, area: Double, workers: Int) {
    precondition(size % 16 == 0 && size <= 4096, "unusable image size")
    self.size = size
    side = Int((Double(size) * area).rounded(.down))
    storedSide = (side + 7) / 8 * 8
    let waves = Waves(size: size, side: side)
    rowWaves = AlignedBuffer(count: 2 * size * storedSide)
    for x in 0..<size {
      for u in 0..<side {
        let wave = waves[u, x]
        let place = rowWaves.baseAddress + 2 * x * storedSide + u
        place[0] = (wave.cosine * 0x1p33).rounded() * 0x1p-33
        place[storedSide] = (wave.sine * 0x1p33).rounded() * 0x1p-33
      }
    }
    let shape = Shape(size: size, side: side, storedSide: storedSide)
    workspaces = (0..<workers).map { _ in Workspace(shape) }
    tables = Tables(shape, waves)
  }

  private let tables: Tables

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

  /// The square's coefficients in units of a gray level, [2: real, imaginary][side][storedSide].
  private func transform(
    _ image: Floats, _ space: Workspace, into spectrum: borrowing AlignedBuffer<Double>
  ) {
    let pixels = space.plane.baseAddress
    let rounding = 0x1.8p52
    for k in 0..<(size * size) { pixels[k] = (Double(image[k]) * 255 + rounding) - rounding }
    ExactProduct.multiply(
      UnsafePointer(pixels), stride: size, UnsafePointer(rowWaves.baseAddress),
      into: space.scratch.baseAddress, rows: size, columns: 2 * storedSide, terms: size)
    space.rows.set(UnsafePointer(space.scratch.baseAddress))
    tables.columnWaves.multiply(
      space.rows, into: spectrum.baseAddress, scratch: space.scratch.baseAddress)
  }

  /// image + Re F⁻¹((|other| / |own| − 1) · own), with phase 0 where the own amplitude is 0.
  private func restore(
    _ image: Floats, of own: borrowing AlignedBuffer<Double>,
    amplitudesOf other: borrowing AlignedBuffer<Double>, _ space: Workspace,
    into output: MutableFloats
  ) {
    let count = side * storedSide
    for v in 0..<side {
      for u in 0..<storedSide {
        let k = v * storedSide + u
        let re = own.baseAddress[k]
        let im = own.baseAddress[count + k]
        let otherRe = other.baseAddress[k]
        let otherIm = other.baseAddress[count + k]
        let amplitude = (re * re + im * im).squareRoot()
        let wanted = (otherRe * otherRe + otherIm * otherIm).squareRoot()
        let factor = amplitude > 0 ? wanted / amplitude - 1 : 0
        space.changes.set(v, u, amplitude > 0 ? factor * re : wanted)
        space.changes.set(v, storedSide + u, factor * im)
      }
    }
    let change = space.plane.baseAddress
    space.changes.multiply(tables.inverseRowWaves, into: change, scratch: space.scratch.baseAddress)
    space.changedRows.set(UnsafePointer(change))
    tables.inverseColumnWaves.multiply(
      space.changedRows, into: change, scratch: space.scratch.baseAddress)
    let scale = 1 / Double(255 * size * size)
    for k in 0..<(size * size) { output[k] = Float(Double(image[k]) + change[k] * scale) }
  }
}

extension FrequencySwitch {
  /// cos and sin of 2π·f·x/size for the square's frequencies f.
  private struct Waves {
    let size: Int
    let start: Int
    private let turn: [(cosine: Double, sine: Double)]

    init(size: Int, side: Int) {
      self.size = size
      start = (size - side) / 2 - size / 2
      turn = (0..<size).map {
        (
          ElementaryFunctions.cos(turns: $0, over: size),
          ElementaryFunctions.sin(turns: $0, over: size)
        )
      }
    }

    /// - Parameter row: of the square.
    subscript(row: Int, x: Int) -> (cosine: Double, sine: Double) {
      turn[(((start + row) * x) % size + size) % size]
    }
  }

  private struct Shape {
    let size: Int
    let side: Int
    let storedSide: Int

    private var sizeBits: Int { SplitMatrix.ceilingOfLogarithm(size) }
    /// Bounds as exponents of two: of a row's sums, of coefficients (twice as much as needed), of sums
    /// over a row of their changes.
    var rowExponent: Int { 8 + sizeBits }
    var changeExponent: Int { 9 + 2 * sizeBits }
    var changedRowExponent: Int { changeExponent + SplitMatrix.ceilingOfLogarithm(side) }
    var forwardBits: Int { SplitMatrix.bits(terms: 2 * size) }
    var inverseBits: Int { SplitMatrix.bits(terms: 2 * storedSide) }
  }

  /// The factors that do not depend on an image.
  private final class Tables {
    /// [real, imaginary of v][y: cos, sin]: makes coefficients of a row's cosine and sine sums.
    let columnWaves: SplitMatrix
    /// [real, imaginary of u][real of x, imaginary of x].
    let inverseRowWaves: SplitMatrix
    /// [y][v: real, imaginary].
    let inverseColumnWaves: SplitMatrix

    init(_ shape: Shape, _ waves: Waves) {
      let (size, side, storedSide) = (shape.size, shape.side, shape.storedSide)
      columnWaves = SplitMatrix(
        .left, rows: 2 * side, columns: 2 * size, exponent: 0, bits: shape.forwardBits)
      inverseRowWaves = SplitMatrix(
        .right, rows: 2 * storedSide, columns: 2 * size, exponent: 0, bits: shape.inverseBits)
      inverseColumnWaves = SplitMatrix(
        .left, rows: size, columns: 2 * side, exponent: 0, bits: shape.inverseBits)
      for frequency in 0..<side {
        for place in 0..<size {
          let wave = waves[frequency, place]
          columnWaves.set(frequency, 2 * place, wave.cosine)
          columnWaves.set(frequency, 2 * place + 1, -wave.sine)
          columnWaves.set(side + frequency, 2 * place, -wave.sine)
          columnWaves.set(side + frequency, 2 * place + 1, -wave.cosine)
          inverseRowWaves.set(frequency, place, wave.cosine)
          inverseRowWaves.set(frequency, size + place, wave.sine)
          inverseRowWaves.set(storedSide + frequency, place, -wave.sine)
          inverseRowWaves.set(storedSide + frequency, size + place, wave.cosine)
          inverseColumnWaves.set(place, 2 * frequency, wave.cosine)
          inverseColumnWaves.set(place, 2 * frequency + 1, -wave.sine)
        }
      }
    }
  }

  private final class Workspace {
    /// The pixels on the way in, what changes on the way out; [size][size] or [side][2][size].
    let plane: AlignedBuffer<Double>
    let scratch: AlignedBuffer<Double>
    /// Sums of each row, [y: cos, sin][u].
    let rows: SplitMatrix
    let first: AlignedBuffer<Double>
    let second: AlignedBuffer<Double>
    /// [v][real, imaginary of u].
    let changes: SplitMatrix
    /// [v: real, imaginary][x].
    let changedRows: SplitMatrix

    init(_ shape: Shape) {
      let (size, side, storedSide) = (shape.size, shape.side, shape.storedSide)
      plane = AlignedBuffer(count: size * max(size, 2 * side))
      scratch = AlignedBuffer(count: size * max(size, 2 * storedSide))
      rows = SplitMatrix(
        .right, rows: 2 * size, columns: storedSide, exponent: shape.rowExponent,
        bits: shape.forwardBits)
      first = AlignedBuffer(count: 2 * side * storedSide)
      second = AlignedBuffer(count: 2 * side * storedSide)
      changes = SplitMatrix(
        .left, rows: side, columns: 2 * storedSide, exponent: shape.changeExponent,
        bits: shape.inverseBits)
      changedRows = SplitMatrix(
        .right, rows: 2 * side, columns: size, exponent: shape.changedRowExponent,
        bits: shape.inverseBits)
    }
  }
}
