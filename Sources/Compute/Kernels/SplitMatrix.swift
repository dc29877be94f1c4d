internal import COpenBLAS
import Tensors

/// A matrix as the sum of two, each with so few bits that products of such matrices are exact
/// (Ozaki, Ogita, Oishi, Rump, Error-free transformations of matrix multiplication, Numer.
/// Algorithms 59, 2012).
///
/// With |x| ≤ 2ᵉ and β bits, x = high + low + rest: high is a multiple of 2ᵉ⁻ᵝ with
/// |high| ≤ 2ᵉ, low a multiple of 2ᵉ⁻²ᵝ with |low| ≤ 2ᵉ⁻ᵝ⁻¹, |rest| ≤ 2ᵉ⁻²ᵝ⁻¹. In units of its last
/// place a product of two highs is at most 2²ᵝ, one of a high and a low at most 2²ᵝ⁻¹. A sum of K of
/// the former or of 2K of the latter therefore stays within K · 2²ᵝ, and where that is at most 2⁵³ every
/// partial sum is a `Double`, in whichever order and with whichever fused operations it is made.
struct SplitMatrix: ~Copyable {
  /// Which of the two parts come first: a left factor is [rows][high | low], a right one [low; high],
  /// so that high · low + low · high is one product.
  enum Side { case left, right }

  let rows: Int
  let columns: Int
  private let side: Side
  private let values: AlignedBuffer<Double>
  /// Adding and taking away 1.5 · 2⁵² · unit rounds to a multiple of the unit, ties to even.
  private let highRounding: Double
  private let lowRounding: Double

  /// - Parameters:
  ///   - exponent: e; no value may be larger than 2ᵉ.
  ///   - bits: β, see `bits(terms:)`.
  init(_ side: Side, rows: Int, columns: Int, exponent: Int, bits: Int) {
    self.side = side
    self.rows = rows
    self.columns = columns
    values = AlignedBuffer(count: 2 * rows * columns)
    highRounding = 0x1.8p52 * Self.power(exponent - bits)
    lowRounding = 0x1.8p52 * Self.power(exponent - 2 * bits)
  }

  /// β for sums of this many products: the largest with terms · 2²ᵝ ≤ 2⁵³.
  static func bits(terms: Int) -> Int { (53 - ceilingOfLogarithm(terms)) / 2 }

  /// The smallest exponent of two that gives at least `value`.
  static func ceilingOfLogarithm(_ value: Int) -> Int {
    Int.bitWidth - (max(value, 1) - 1).leadingZeroBitCount
  }

  static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// Splits a number to one place.
  func set(_ row: Int, _ column: Int, _ value: Double) {
    let high = (value + highRounding) - highRounding
    highPart[row * rowStride + column] = high
    lowPart[row * rowStride + column] = ((value - high) + lowRounding) - lowRounding
  }

  /// Splits a whole matrix, [rows][columns].
  func set(_ source: UnsafePointer<Double>) {
    for row in 0..<rows {
      let start = row * rowStride
      for column in 0..<columns {
        let value = source[row * columns + column]
        let high = (value + highRounding) - highRounding
        highPart[start + column] = high
        lowPart[start + column] = ((value - high) + lowRounding) - lowRounding
      }
    }
  }

  private var rowStride: Int { side == .left ? 2 * columns : columns }

  private var highPart: UnsafeMutablePointer<Double> {
    values.baseAddress + (side == .left ? 0 : rows * columns)
  }

  private var lowPart: UnsafeMutablePointer<Double> {
    values.baseAddress + (side == .left ? columns : 0)
  }

  /// result = self · right, [rows][right.columns], with an error of some 2⁻²ᵝ of the largest values.
  ///
  /// **Exactness.** Both products are exact and their sum is rounded once: bits do not depend on
  /// OpenBLAS' version, kernel, blocking or threads.
  /// - Parameters:
  ///   - right: as many rows as this has columns; its columns a multiple of 8, see `multiply`.
  ///   - scratch: as large as the result.
  func multiply(
    _ right: borrowing SplitMatrix, into result: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) {
    precondition(side == .left && right.side == .right && columns == right.rows, "wrong factors")
    ExactProduct.multiply(
      UnsafePointer(highPart), stride: rowStride, UnsafePointer(right.highPart), into: result,
      rows: rows, columns: right.columns, terms: columns)
    ExactProduct.multiply(
      UnsafePointer(values.baseAddress), stride: rowStride, UnsafePointer(right.values.baseAddress),
      into: scratch, rows: rows, columns: right.columns, terms: 2 * columns)
    for k in 0..<(rows * right.columns) { result[k] += scratch[k] }
  }
}

/// Products of matrices whose every partial sum is a `Double`.
enum ExactProduct {
  /// result = left · right, row by row.
  ///
  /// **Precondition**: `columns` is a multiple of 8. OpenBLAS' small kernels for AVX-512 take heap
  /// memory for a rest of 1 to 4 columns.
  static func multiply(
    _ left: UnsafePointer<Double>, stride: Int, _ right: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>, rows: Int, columns: Int, terms: Int
  ) {
    precondition(columns % 8 == 0, "columns must be a multiple of 8")
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(terms), 1,
      left, blasint(stride), right, blasint(columns), 0, result, blasint(columns))
  }
}
