/// Markup that is safe to put into a page: text becomes markup only through here.
struct HTML: ExpressibleByStringInterpolation, CustomStringConvertible {
  let markup: String
  var description: String { markup }

  private init(verbatim markup: String) { self.markup = markup }

  init(stringLiteral value: String) { markup = value }

  init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

  init(_ parts: [HTML], separator: String = "") {
    markup = parts.map(\.markup).joined(separator: separator)
  }

  /// Style sheets and scripts of our own.
  static func verbatim(_ text: String) -> HTML { HTML(verbatim: text) }

  static func + (a: HTML, b: HTML) -> HTML { HTML(verbatim: a.markup + b.markup) }

  /// `"\(text)"` escapes; markup, and only that, goes in as it is.
  struct Interpolation: StringInterpolationProtocol {
    var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ part: HTML) { markup += part.markup }
    mutating func appendInterpolation(_ number: Int) { markup += "\(number)" }
    mutating func appendInterpolation(_ text: String) { markup += Self.escaped(text) }

    private static func escaped(_ text: String) -> String {
      var result = ""
      for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(character)
        }
      }
      return result
    }
  }
}
