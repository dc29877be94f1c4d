/// A picture in characters, for terminals: two pixels a character in colour, else one in shades.
public enum TerminalPicture {
  private static let shades = Array(" .:-=+*#%@")

  /// - Parameter columns: characters of a line; a character is taken to be twice as high as wide.
  /// - Returns: lines of so many characters, and escape sequences where there is colour.
  public static func lines(of image: GrayImage, columns: Int, usesColor: Bool) -> [String] {
    let rows = max(1, (image.height * columns + image.width) / (2 * image.width))
    let small = image.resized(width: columns, height: usesColor ? 2 * rows : rows)
    return (0..<rows).map { row in
      guard usesColor else {
        return String(
          (0..<columns).map { shades[Int(small[x: $0, y: row]) * shades.count / 256] })
      }
      let cells = (0..<columns).map { x in
        let (upper, lower) = (small[x: x, y: 2 * row], small[x: x, y: 2 * row + 1])
        return "\u{1B}[38;2;\(upper);\(upper);\(upper);48;2;\(lower);\(lower);\(lower)m▀"
      }
      return cells.joined() + "\u{1B}[0m"
    }
  }
}
