import Runs

/// Curves over the iterations, each the mean over seeds within the band from the least to the most.
struct BandChart {
  struct Band {
    var name: String
    /// At the steps that all seeds have.
    var points: [(step: Double, mean: Double, least: Double, most: Double)]

    /// - Parameter seeds: one curve for each.
    init(_ name: String, _ seeds: [RunRecording.Series]) {
      self.name = name
      let values = seeds.map { series in
        Dictionary(LineChart.thinned(series.points).map { ($0.step, $0.value) }) { $1 }
      }
      let steps = values.first?.keys.sorted() ?? []
      points = steps.compactMap { step in
        let there = values.compactMap { $0[step] }
        guard there.count == values.count, let least = there.min(), let most = there.max() else {
          return nil
        }
        return (step, there.reduce(0, +) / Double(there.count), least, most)
      }
    }
  }

  let title: String
  let yTitle: String
  let bands: [Band]

  /// Nothing without a reading.
  func figure() -> HTML? {
    let bands = bands.filter { !$0.points.isEmpty }
    let all = bands.flatMap(\.points)
    guard let least = all.map(\.least).min(), let most = all.map(\.most).max(),
      let last = all.map(\.step).max()
    else { return nil }
    let frame = ChartFrame(
      x: Axis(covering: 0...last, count: 8, endsThere: true), y: Axis(covering: least...most),
      xTitle: "iteration", yTitle: yTitle)
    let marks = bands.enumerated().map { band($1, color: $0 % 6, frame) }
    let keys = bands.enumerated().map { index, band -> HTML in
      "<span class=\"key\"><i class=\"c\(index % 6)\"></i>\(band.name)</span>"
    }
    return """
      <figure class="chart"><figcaption>\(title)<span class="keys">\(HTML(keys))</span></figcaption>\
      \(frame.drawing(HTML(marks), label: title))</figure>
      """
  }

  private func band(_ band: Band, color: Int, _ frame: ChartFrame) -> HTML {
    func place(_ step: Double, _ value: Double) -> String {
      "\(frame.number(frame.column(step))),\(frame.number(frame.row(value)))"
    }
    let outline =
      band.points.map { place($0.step, $0.most) }
      + band.points.reversed().map { place($0.step, $0.least) }
    let middle = band.points.map { place($0.step, $0.mean) }
    guard middle.count > 1 else {
      let ends = middle[0].split(separator: ",").map(String.init)
      return "<circle class=\"c\(color)\" cx=\"\(ends[0])\" cy=\"\(ends[1])\" r=\"3\"/>"
    }
    return """
      <polygon class="band c\(color)" points="\(outline.joined(separator: " "))"/>\
      <polyline class="c\(color)" points="\(middle.joined(separator: " "))"/>
      """
  }
}
