import Runs
import Telemetry

/// Curves over the iterations, with the values under the pointer.
package struct LineChart {
  /// More readings are averaged, so that a page of a long run stays small.
  package static let mostPoints = 400

  let title: String
  let yTitle: String
  let series: [RunRecording.Series]
  /// Where self-training begins, if pre-training came before it.
  let border: Double?
  var startsAtZero = false

  /// Nothing without a reading.
  func figure() -> HTML? {
    let curves = series.map { ($0.name, Self.thinned($0.points)) }.filter { !$0.1.isEmpty }
    let all = curves.flatMap { $0.1 }
    guard let least = all.map(\.value).min(), let most = all.map(\.value).max(),
      let last = all.map(\.step).max()
    else { return nil }
    let frame = ChartFrame(
      x: Axis(covering: 0...last, count: 8, endsThere: true),
      y: Axis(covering: (startsAtZero ? min(0, least) : least)...most), xTitle: "iteration",
      yTitle: yTitle)
    let marks = HTML(
      [phases(frame)] + curves.enumerated().map { curve($1.1, color: $0, frame) })
    let keys = HTML(
      curves.enumerated().map { index, curve in
        "<span class=\"key\"><i class=\"c\(index % 6)\"></i>\(curve.0)</span>"
      })
    return """
      <figure class="chart" data-curves="\(Self.data(curves, frame))">\
      <figcaption>\(title)<span class="keys">\(keys)</span></figcaption>\
      \(frame.drawing(marks, label: title))</figure>
      """
  }

  /// The border between the phases, if it lies within the chart.
  private func phases(_ frame: ChartFrame) -> HTML {
    guard let border, border > 0, border < frame.x.range.upperBound else { return "" }
    let at = frame.number(frame.column(border))
    let (top, low) = (
      frame.number(frame.row(frame.y.range.upperBound)),
      frame.number(frame.row(frame.y.range.lowerBound))
    )
    return """
      <line class="phase" x1="\(at)" x2="\(at)" y1="\(top)" y2="\(low)"/>\
      <text class="phase" x="\(at)" y="\(top)" dx="4" dy=".9em">self-training</text>
      """
  }

  private func curve(
    _ points: [(step: Double, value: Double)], color: Int, _ frame: ChartFrame
  ) -> HTML {
    let places = points.map {
      "\(frame.number(frame.column($0.step))),\(frame.number(frame.row($0.value)))"
    }
    // A line of one point would not be seen.
    guard points.count > 1 else {
      let place = places[0].split(separator: ",").map(String.init)
      return "<circle class=\"c\(color % 6)\" cx=\"\(place[0])\" cy=\"\(place[1])\" r=\"3\"/>"
    }
    return
      "<polyline class=\"c\(color % 6)\" points=\"\(places.joined(separator: " "))\"/>"
  }

  /// What the script reads: for each curve its name and, for each point, column, step and value.
  private static func data(
    _ curves: [(String, [(step: Double, value: Double)])], _ frame: ChartFrame
  ) -> String {
    curves.map { name, points in
      let texts = points.map {
        "\(frame.number(frame.column($0.step))) \(decimalText($0.step, places: 0)) "
          + decimalText($0.value, places: 4)
      }
      return ([name] + texts).joined(separator: ";")
    }.joined(separator: "|")
  }

  /// Means of neighbouring readings where there are too many.
  package static func thinned(
    _ points: [(step: Double, value: Double)]
  ) -> [(step: Double, value: Double)] {
    guard points.count > mostPoints else { return points }
    let size = (points.count + mostPoints - 1) / mostPoints
    return stride(from: 0, to: points.count, by: size).map { start in
      let part = points[start..<min(start + size, points.count)]
      let value = part.reduce(0) { $0 + $1.value } / Double(part.count)
      return (part[part.endIndex - 1].step, value)
    }
  }
}
