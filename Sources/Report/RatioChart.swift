import Telemetry

/// A curve of one share over another, with a dot where masks are made.
struct RatioChart {
  typealias Point = (x: Double, y: Double)

  let title: String
  let xTitle: String
  let yTitle: String
  let points: [Point]
  let dot: Point?
  /// Between these two: what guessing gives.
  var guess: (from: Point, to: Point)?

  func figure() -> HTML {
    let frame = ChartFrame(
      x: Axis(covering: 0...1), y: Axis(covering: 0...1), xTitle: xTitle, yTitle: yTitle)
    func place(_ point: Point) -> (x: String, y: String) {
      (frame.number(frame.column(point.x)), frame.number(frame.row(point.y)))
    }
    let line = points.map { place($0) }.map { "\($0.x),\($0.y)" }.joined(separator: " ")
    let guessed = guess.map { ends -> HTML in
      let (from, to) = (place(ends.from), place(ends.to))
      return
        "<line class=\"phase\" x1=\"\(from.x)\" x2=\"\(to.x)\" y1=\"\(from.y)\" y2=\"\(to.y)\"/>"
    }
    let masks = dot.map { point -> HTML in
      let (at, text) = (place(point), "\(share(point.x)), \(share(point.y))")
      return """
        <circle class="c1" cx="\(at.x)" cy="\(at.y)" r="4.5"><title>\(text)</title></circle>
        """
    }
    let marks: HTML =
      "\(guessed ?? "")<polyline class=\"c0\" points=\"\(line)\"/>\(masks ?? "")"
    return """
      <figure class="chart"><figcaption>\(title)</figcaption>\(frame.drawing(marks, label: title))</figure>
      """
  }

  private func share(_ value: Double) -> String { decimalText(value, places: 3) }
}
