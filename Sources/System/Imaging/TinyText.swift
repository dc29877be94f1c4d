/// Captions for pictures that people look at while debugging: capital letters and digits, 3 × 5
/// points each.
public struct TinyText: Sendable {
  public static let height = 5
  /// Points from one letter to the next.
  public static let advance = 4

  public var text: String

  public init(_ text: String) { self.text = text.uppercased() }

  /// Draws in white, `scale` pixels a point, cut off at the picture's right side.
  /// - Parameters:
  ///   - x, y: upper left corner.
  ///   - width: pixels that it may take.
  public func draw(on image: inout RGBImage, x: Int, y: Int, width: Int, scale: Int) {
    let white = RGBImage.Color(red: 255, green: 255, blue: 255)
    for (index, letter) in text.prefix(width / (Self.advance * scale)).enumerated() {
      let rows = Self.glyphs[letter] ?? Self.unknown
      for point in 0..<(3 * Self.height) where rows >> (14 - point) & 1 == 1 {
        let left = x + (index * Self.advance + point % 3) * scale
        let top = y + point / 3 * scale
        for dy in 0..<scale {
          for dx in 0..<scale where left + dx < image.width && top + dy < image.height {
            image[x: left + dx, y: top + dy] = white
          }
        }
      }
    }
  }

  /// Five rows of three points, the upper left one in bit 14.
  private static let glyphs: [Character: UInt16] = [
    "0": 0b111_101_101_101_111, "1": 0b010_110_010_010_111, "2": 0b111_001_111_100_111,
    "3": 0b111_001_111_001_111, "4": 0b101_101_111_001_001, "5": 0b111_100_111_001_111,
    "6": 0b111_100_111_101_111, "7": 0b111_001_010_010_010, "8": 0b111_101_111_101_111,
    "9": 0b111_101_111_001_111, "A": 0b010_101_111_101_101, "B": 0b110_101_110_101_110,
    "C": 0b011_100_100_100_011, "D": 0b110_101_101_101_110, "E": 0b111_100_110_100_111,
    "F": 0b111_100_110_100_100, "G": 0b011_100_101_101_011, "H": 0b101_101_111_101_101,
    "I": 0b111_010_010_010_111, "J": 0b001_001_001_101_010, "K": 0b101_101_110_101_101,
    "L": 0b100_100_100_100_111, "M": 0b101_111_111_101_101, "N": 0b111_101_101_101_101,
    "O": 0b010_101_101_101_010, "P": 0b110_101_110_100_100, "Q": 0b010_101_101_110_011,
    "R": 0b110_101_110_101_101, "S": 0b011_100_010_001_110, "T": 0b111_010_010_010_010,
    "U": 0b101_101_101_101_111, "V": 0b101_101_101_101_010, "W": 0b101_101_111_111_101,
    "X": 0b101_101_010_101_101, "Y": 0b101_101_010_010_010, "Z": 0b111_001_010_100_111,
    " ": 0, ".": 0b000_000_000_000_010, "-": 0b000_000_111_000_000, "_": 0b000_000_000_000_111,
    "/": 0b001_001_010_100_100, "(": 0b001_010_010_010_001, ")": 0b100_010_010_010_100,
    ",": 0b000_000_000_010_100, "=": 0b000_111_000_111_000, ":": 0b000_010_000_010_000,
    "·": 0b000_000_010_000_000, "×": 0b000_101_010_101_000, "+": 0b000_010_111_010_000,
    "'": 0b010_010_000_000_000,
  ]

  private static let unknown: UInt16 = 0b111_101_101_101_111
}
