import Files
import Metrics
import Runs
import Telemetry

extension Page {
  var results: HTML {
    guard !run.scores.isEmpty else { return "" }
    let rows = run.measures.map { row -> HTML in
      let statistic = row.statistic(run)
      let interval = statistic.interval.map { "\(row.text($0.lower)) … \(row.text($0.upper))" }
      return """
        <tr><th>\(row.name) <small>\(row.longUnit)</small></th><td><b>\(row.text(statistic.mean))</b></td>\
        <td>\(interval ?? "")</td><td>\(row.text(statistic.standardDeviation))</td>\
        <td>\(row.text(statistic.median))</td><td>\(statistic.undefinedCount)</td>\
        <td>\(row.kind == .distance ? row.text(statistic.penalizedMean) : "")</td></tr>
        """
    }
    return HTML.section(
      "Test results",
      """
      <div class="wide"><table><thead><tr><th>\(run.scores.count) images</th><th>mean</th>\
      <th>95 % interval</th><th>standard deviation</th><th>median</th><th>undefined</th>\
      <th>penalized mean</th></tr></thead><tbody>\(HTML(rows))</tbody></table></div>\(pixelwise)
      <p class="note">Distances follow MONAI, in pixels at the training size; on an empty mask they are \
      undefined and left out of the mean, but count as the image’s diagonal in the penalized mean. Dice and IoU are 0 \
      where both masks are empty.\(laterNote) Intervals: percentile bootstrap of the mean, \
      \(BootstrapInterval.resamples) resamples.</p>
      """)
  }

  /// Of measures that tables of earlier versions lack.
  private var laterNote: HTML {
    guard run.measures.count > ScoreField.original.count else { return "" }
    return """
       NSD is the share of both edges that lie within \
      \(decimalText(SurfaceTolerance.usual, places: 0)) pixels of each other. Lesions are 8-connected components, of all \
      images together; one is found where a predicted component of its own has an IoU of 0.1 or more, and false are \
      predicted components whose IoU with every lesion is less.
      """
  }

  /// What needs no threshold; nothing where the run's version did not measure it.
  private var pixelwise: HTML {
    guard let event = run.events(.test).last else { return "" }
    let names = ["area under the ROC curve", "average precision", "expected calibration error"]
    let texts = zip(names, PixelwiseScore.keys).compactMap { name, key -> HTML? in
      guard let value = event[key]?.number else { return nil }
      return "\(name) <b>\(decimalText(value, places: 3))</b>"
    }
    guard !texts.isEmpty else { return "" }
    return
      "<p>Probabilities, over all pixels: \(HTML(texts, separator: ", "))</p>\(curves(of: event))"
  }

  /// ROC curve, and precision over sensitivity.
  private func curves(of event: RunRecording.Event) -> HTML {
    let points = (event[RunField.curve]?.array ?? []).compactMap { point -> [Double]? in
      let values = (point.array ?? []).compactMap(\.number)
      return values.count == 4 ? values : nil
    }
    guard let last = points.last else { return "" }
    let masks = points.first { $0[0] == 0.5 }
    let operation = RatioChart(
      title: "ROC curve", xTitle: "false positive rate", yTitle: "sensitivity",
      points: [(0, 0)] + points.map { ($0[1], $0[2]) }, dot: masks.map { ($0[1], $0[2]) },
      guess: ((0, 0), (1, 1)))
    // Of all pixels, the share of lesion.
    let precision = RatioChart(
      title: "Precision and sensitivity", xTitle: "sensitivity", yTitle: "precision",
      points: points.map { ($0[2], $0[3]) }, dot: masks.map { ($0[2], $0[3]) },
      guess: ((0, last[3]), (1, last[3])))
    return """
      <div class="pair">\(operation.figure())\(precision.figure())</div><p class="note">Over the pixels of all test \
      images, for every threshold of the lesion’s probability. Dot: one half, the masks’ threshold. Dashed: guessing.</p>
      """
  }

  var distributions: HTML {
    let figures = run.measures.filter { $0.fields.count == 1 && $0.kind != .count }.compactMap {
      row -> HTML? in
      let values = row.shownValues(run)
      let missing = run.scores.count - values.count
      return Histogram(
        title: missing > 0 ? "\(row.name), \(missing) undefined left out" : row.name,
        xTitle: "\(row.name), \(row.longUnit)", values: values,
        range: 0...(row.kind == .distance ? max(values.max() ?? 1, 1) : 100)
      ).figure()
    }
    guard !figures.isEmpty else { return "" }
    return HTML.section(
      "Distribution over the test images", "<div class=\"pair\">\(HTML(figures))</div>")
  }

  // MARK: Cases

  private static var casesOfAKind: Int { 3 }

  var cases: HTML {
    let sorted = run.scores.sorted { ($0.score.dice, $1.name) > ($1.score.dice, $0.name) }
    let count = min(Self.casesOfAKind, sorted.count / 3)
    guard count > 0 else { return "" }
    let middle = (sorted.count - count) / 2
    let groups: [(String, ArraySlice<ScoreTable.Row>)] = [
      ("Best", sorted[..<count]), ("Median", sorted[middle..<(middle + count)]),
      ("Worst", sorted[(sorted.count - count)...]),
    ]
    let parts = groups.map { title, scores -> HTML in
      let figures = scores.map { score in
        PictureFiles.figure(
          run.folder.overlays.overlay(of: score.name),
          caption: "\(score.name): Dice \(decimalText(score.score.dice * 100, places: 1)) %")
      }
      return "<h3>\(title)</h3><div class=\"pictures three\">\(HTML(figures))</div>"
    }
    return HTML.section(
      "Cases",
      """
      <p class="note"><span class="key"><i class="truth"></i>outline by hand</span>\
      <span class="key"><i class="prediction"></i>prediction</span>\
      <span class="key"><i class="both"></i>both</span></p>\(HTML(parts))
      """)
  }
}
