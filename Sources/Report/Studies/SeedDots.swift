import Metrics
import Telemetry

/// A line for each setting with a dot for each seed and a stroke at their mean.
struct SeedDots {
  private static let width = 720.0
  private static let lineHeight = 30.0
  private static let left = 220.0
  private static let right = 24.0
  private static let bottom = 44.0

  let measure: Measure
  let rows: [(name: String, values: [Double])]

  /// Nothing without a value.
  func figure() -> HTML? {
    let all = rows.flatMap(\.values).map { $0 * measure.scale }
    guard let least = all.min(), let most = all.max() else { return nil }
    let axis = Axis(covering: least...most, count: 6)
    func column(_ value: Double) -> String {
      number(Self.left + axis.position(value) * (Self.width - Self.left - Self.right))
    }
    let low = 10 + Self.lineHeight * Double(rows.count)
    let ticks = axis.ticks.map { tick -> HTML in
      """
      <line class="grid" x1="\(column(tick))" x2="\(column(tick))" y1="10" y2="\(number(low))"/>\
      <text class="tick" x="\(column(tick))" y="\(number(low + 18))" text-anchor="middle">\
      \(decimalText(tick, places: axis.places))</text>
      """
    }
    let lines = rows.enumerated().map { index, row -> HTML in
      let at = 10 + Self.lineHeight * (Double(index) + 0.5)
      let values = row.values.map { $0 * measure.scale }
      let dots = values.map { value -> HTML in
        "<circle class=\"dot c\(index % 6)\" cx=\"\(column(value))\" cy=\"\(number(at))\" r=\"5\"/>"
      }
      let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      let stroke = mean.map { mean -> HTML in
        """
        <line class="mean c\(index % 6)" x1="\(column(mean))" x2="\(column(mean))" \
        y1="\(number(at - 11))" y2="\(number(at + 11))"/>
        """
      }
      return """
        <text x="\(number(Self.left - 12))" y="\(number(at))" text-anchor="end" dy=".32em">\(row.name)</text>\
        \(stroke ?? "")\(HTML(dots))
        """
    }
    let title = "\(measure.name) of each seed"
    let middle = number((Self.left + Self.width - Self.right) / 2)
    return """
      <figure class="chart"><figcaption>\(title)</figcaption>\
      <svg viewBox="0 0 \(number(Self.width)) \(number(low + Self.bottom))" role="img" aria-label="\(title)">\
      \(HTML(ticks))\(HTML(lines))<text class="axis" x="\(middle)" y="\(number(low + 38))" \
      text-anchor="middle">\(measure.name), \(measure.longUnit)</text></svg></figure>
      """
  }

  private func number(_ value: Double) -> String { decimalText(value, places: 1) }
}
