import Telemetry

/// How many test images lie where.
package struct Histogram {
  let title: String
  let xTitle: String
  let values: [Double]
  /// The first and last value that the chart must show.
  let range: ClosedRange<Double>
  var binCount = 20

  package init(title: String, xTitle: String, values: [Double], range: ClosedRange<Double>) {
    self.title = title
    self.xTitle = xTitle
    self.values = values
    self.range = range
  }

  package struct Bin: Equatable {
    package var range: ClosedRange<Double>
    package var count: Int
  }

  /// Bins of one width over the axis; the last holds its upper end too.
  package func bins(_ axis: Axis) -> [Bin] {
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    let width = (high - low) / Double(binCount)
    var counts = [Int](repeating: 0, count: binCount)
    for value in values {
      counts[min(max(Int(((value - low) / width).rounded(.down)), 0), binCount - 1)] += 1
    }
    return counts.enumerated().map { index, count in
      let start = low + Double(index) * width
      return Bin(range: start...(start + width), count: count)
    }
  }

  /// Nothing without a value.
  func figure() -> HTML? {
    guard !values.isEmpty else { return nil }
    let x = Axis(covering: range)
    let bins = bins(x)
    let most = bins.map(\.count).max() ?? 1
    let frame = ChartFrame(
      x: x, y: Axis(covering: 0...Double(max(most, 2)), count: 4), xTitle: xTitle,
      yTitle: "images")
    let base = frame.row(0)
    let bars = bins.filter { $0.count > 0 }.map { bin -> HTML in
      let (left, right) = (
        frame.column(bin.range.lowerBound), frame.column(bin.range.upperBound)
      )
      let top = frame.row(Double(bin.count))
      let places = x.places + 1
      let text =
        "\(decimalText(bin.range.lowerBound, places: places)) … "
        + "\(decimalText(bin.range.upperBound, places: places)): \(bin.count)"
      return """
        <rect class="bar" x="\(frame.number(left + 1))" y="\(frame.number(top))" \
        width="\(frame.number(max(right - left - 2, 1)))" height="\(frame.number(base - top))">\
        <title>\(text)</title></rect>
        """
    }
    return """
      <figure class="chart"><figcaption>\(title)</figcaption>\
      \(frame.drawing(HTML(bars), label: title))</figure>
      """
  }
}
