import Digests
import ElementaryFunctions
import Imaging

/// What an image looks like, small enough to be kept of every image of a large set.
///
/// A perceptual hash (Zauner, "Implementation and benchmarking of perceptual image hash functions",
/// 2010: signs of the low frequencies of a DCT about their median) finds images that may be the same,
/// and detail of 32×32 pixels tells which of them are: images of one probe all have bright layers
/// above and shadow below, which is all that the hash sees. Neither depends on brightness, contrast or
/// size of the image.
struct Appearance: Equatable, Sendable {
  static let side = 32

  /// Of all pixels.
  var fingerprint: UInt64
  /// 63 bits, as `Self.bit` places them.
  var hash: UInt64
  /// [side, side] pixels less the mean of their surroundings, in 32nds of their standard deviation.
  var detail: [Int8]

  init(_ image: GrayImage) {
    var fingerprint = Fingerprint64()
    image.pixels.withUnsafeBytes { fingerprint.update($0) }
    self.fingerprint = fingerprint.value
    let small = image.resized(width: Self.side, height: Self.side)
    hash = Self.hash(small)
    detail = Self.detail(small)
  }

  // MARK: Hash

  /// Frequencies of each axis that the hash holds.
  private static let frequencies = 8

  /// [frequencies, side]: cos(π (2x + 1) u / 64).
  private static let waves: [Double] = (0..<(frequencies * side)).map { index in
    let (u, x) = (index / side, index % side)
    return ElementaryFunctions.cos(turns: (2 * x + 1) * u, over: 4 * side)
  }

  private static func hash(_ image: GrayImage) -> UInt64 {
    // [side, frequencies]
    var rows = [Double](repeating: 0, count: side * frequencies)
    for y in 0..<side {
      for u in 0..<frequencies {
        var sum = 0.0
        for x in 0..<side { sum += Double(image.pixels[y * side + x]) * waves[u * side + x] }
        rows[y * frequencies + u] = sum
      }
    }
    var coefficients = [Double](repeating: 0, count: frequencies * frequencies)
    for v in 0..<frequencies {
      for y in 0..<side {
        let wave = waves[v * side + y]
        for u in 0..<frequencies {
          coefficients[v * frequencies + u] += wave * rows[y * frequencies + u]
        }
      }
    }
    // The first is the mean of the image.
    let varying = coefficients.dropFirst()
    let median = varying.sorted()[varying.count / 2]
    return varying.enumerated().reduce(0) { hash, next in
      next.element > median ? hash | 1 << bit(next.offset) : hash
    }
  }

  /// Neighbouring frequencies go to different quarters of the hash, so that no quarter is much the same
  /// for all images.
  private static func bit(_ coefficient: Int) -> UInt64 {
    UInt64(coefficient % 4 * 16 + coefficient / 4)
  }

  // MARK: Detail

  /// Pixels on each side of one that are its surroundings.
  private static let radius = 3

  private static func detail(_ image: GrayImage) -> [Int8] {
    let count = (2 * radius + 1) * (2 * radius + 1)
    let sums = boxSums(boxSums(image.pixels.map(Int.init), step: 1), step: side)
    let differences = zip(image.pixels, sums).map { Double(Int($0) * count - $1) }
    let variance = differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)
    guard variance > 0 else { return [Int8](repeating: 0, count: differences.count) }
    let scale = 32 / variance.squareRoot()
    return differences.map { Int8(max(-127, min(127, ($0 * scale).rounded()))) }
  }

  /// Sums along one axis; beyond the border its pixels go on.
  private static func boxSums(_ values: [Int], step: Int) -> [Int] {
    let across = step == 1 ? side : 1
    var result = values
    for line in 0..<side {
      for place in 0..<side {
        let sum = (-radius...radius).reduce(0) { sum, offset in
          sum + values[line * across + max(0, min(side - 1, place + offset)) * step]
        }
        result[line * across + place * step] = sum
      }
    }
    return result
  }

  // MARK: Comparison

  /// Bits of the hash that may differ between images that look the same.
  static let hashDistance = 10
  /// The least correlation of detail by which images of a set look the same.
  ///
  /// The more pairs there are, the better some agree by chance: of the 82,215 pairs of 406 breast
  /// ultrasound images those of different lesions reached 0.49, and among synthetic images a tenth more
  /// of correlation is reached by a hundredth of the pairs. The same image at another size, brightness
  /// or quality has 0.9 and more.
  ///
  /// - Parameter count: of the images of the set.
  static func leastCorrelation(among count: Int) -> Double {
    let pairs = max(Double(count) * Double(count - 1) / 2, 1e5)
    let powers = ElementaryFunctions.log(pairs / 1e5) / ElementaryFunctions.log(10)
    return min(0.55 + 0.05 * powers, 0.85)
  }

  /// In −1 … 1; 0 where one of both has no detail.
  func correlation(with other: Appearance) -> Double {
    var (product, own, others) = (0, 0, 0)
    for (a, b) in zip(detail, other.detail) {
      product += Int(a) * Int(b)
      own += Int(a) * Int(a)
      others += Int(b) * Int(b)
    }
    guard own > 0, others > 0 else { return 0 }
    return Double(product) / (Double(own) * Double(others)).squareRoot()
  }
}
