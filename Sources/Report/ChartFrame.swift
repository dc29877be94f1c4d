import Telemetry

/// The lines and numbers around a chart, as SVG.
struct ChartFrame {
  static let width = 720.0
  static let height = 260.0
  private static let left = 62.0
  private static let right = 14.0
  private static let top = 14.0
  private static let bottom = 46.0

  let x: Axis
  let y: Axis
  let xTitle: String
  let yTitle: String

  func column(_ value: Double) -> Double {
    Self.left + x.position(value) * (Self.width - Self.left - Self.right)
  }

  func row(_ value: Double) -> Double {
    Self.height - Self.bottom - y.position(value) * (Self.height - Self.top - Self.bottom)
  }

  /// A picture of the given marks within the frame.
  func drawing(_ marks: HTML, label: String) -> HTML {
    let (right, low) = (Self.width - Self.right, Self.height - Self.bottom)
    let rows = y.ticks.map { tick -> HTML in
      let (at, text) = (number(row(tick)), decimalText(tick, places: y.places))
      return """
        <line class="grid" x1="\(number(Self.left))" x2="\(number(right))" y1="\(at)" y2="\(at)"/>\
        <text class="tick" x="\(number(Self.left - 6))" y="\(at)" text-anchor="end" dy=".32em">\
        \(text)</text>
        """
    }
    let columns = x.ticks.map { tick -> HTML in
      let text = decimalText(tick, places: x.places)
      return """
        <text class="tick" x="\(number(column(tick)))" y="\(number(low + 18))" \
        text-anchor="middle">\(text)</text>
        """
    }
    let middle = number((Self.top + low) / 2)
    return """
      <svg viewBox="0 0 \(number(Self.width)) \(number(Self.height))" role="img" \
      aria-label="\(label)">\(HTML(rows))\(HTML(columns))\
      <text class="axis" x="\(number((Self.left + right) / 2))" y="\(number(Self.height - 6))" \
      text-anchor="middle">\(xTitle)</text>\
      <text class="axis" x="12" y="\(middle)" text-anchor="middle" \
      transform="rotate(-90 12 \(middle))">\(yTitle)</text>\(marks)</svg>
      """
  }

  /// A coordinate with a tenth of a unit.
  func number(_ value: Double) -> String { decimalText(value, places: 1) }
}
