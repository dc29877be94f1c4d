import Files
import Metrics
import Runs
import Telemetry

extension Page {
  var comparison: HTML {
    guard !comparisons.isEmpty, !run.scores.isEmpty else { return "" }
    let runs = ([run] + comparisons.map(\.other)).map(summary)
    let titles = run.measures.map { "<th>\($0.name) \($0.longUnit)</th>" as HTML }
    return HTML.section(
      "Against other runs",
      """
      <div class="wide"><table><thead><tr><th>run</th><th>method</th><th>labeled</th><th>seed</th>\
      \(HTML(Array(titles.prefix(1))))<th>95 % interval</th>\(HTML(Array(titles.dropFirst())))</tr></thead>\
      <tbody>\(HTML(runs))</tbody></table></div>
      <h3>This run minus the other, image by image</h3>
      <div class="wide"><table><thead><tr><th>other run</th><th>this&nbsp;run&nbsp;is</th><th>images</th>\
      \(HTML(titles))</tr></thead>\
      <tbody>\(HTML(comparisons.map(differences)))</tbody></table></div>
      <p class="note">Mean and bootstrap 95 % interval of the paired differences, over the images where both are \
      defined; in percentage points where more is better; of distances and false lesions less is better. Better and \
      worse go by Dice; undecided: its interval contains 0. It covers the choice of test images, not that of the seed.</p>
      """)
  }

  private func summary(_ run: RunRecording) -> HTML {
    """
    <tr><th>\(run.name)</th><td>\(run.setting("method") ?? "")</td>\
    <td>\(percent(run.setting("data.labeledRatio")))</td><td>\(run.setting("seed") ?? "")</td>\
    \(scores(run))</tr>
    """
  }

  /// - Parameter other: a run in a row of the table, whose columns are this run's measures.
  private func scores(_ other: RunRecording) -> HTML {
    guard !other.scores.isEmpty else {
      return "<td colspan=\"\(run.measures.count + 1)\" class=\"remark\">not tested</td>"
    }
    let dice = Measure.dice
    let statistic = dice.statistic(other)
    let interval = statistic.interval.map { "\(dice.text($0.lower)) … \(dice.text($0.upper))" }
    let others = run.measures.dropFirst().map { row -> HTML in
      guard other.has(row) else { return "<td>not measured</td>" }
      return "<td>\(row.text(row.statistic(other).mean))</td>"
    }
    return "<td><b>\(dice.text(statistic.mean))</b></td><td>\(interval ?? "")</td>" + HTML(others)
  }

  private func differences(_ comparison: Comparison) -> HTML {
    guard comparison.hasSameData else { return row(comparison, "other data: not compared") }
    guard let dice = comparison.dice else {
      return row(comparison, "\(comparison.commonCount) common images: not compared")
    }
    let verdict = dice.verdict.rawValue
    let cells = run.measures.map { row -> HTML in
      guard comparison.other.has(row) else { return "<td>not measured</td>" }
      guard !row.dependsOnPixelSize || comparison.hasSameImageSize else {
        return "<td>other image size</td>"
      }
      return comparison.difference(row).map { Self.cell($0.interval, row) }
        ?? "<td>undefined</td>"
    }
    return """
      <tr>\(title(comparison))<td><span class="verdict \(verdict)">\(verdict)</span></td>\
      <td>\(comparison.commonCount)</td>\(HTML(cells))</tr>
      """
  }

  private func row(_ comparison: Comparison, _ remark: String) -> HTML {
    """
    <tr>\(title(comparison))<td colspan="\(run.measures.count + 2)" class="remark">\(remark)</td></tr>
    """
  }

  /// The run's name, and what is not as in this run.
  private func title(_ comparison: Comparison) -> HTML {
    let settings = comparison.otherSettings(than: run)
    var texts = settings.prefix(3).map { "\($0.name) \($0.value)" }
    if settings.count > 3 { texts.append("\(settings.count - 3) more") }
    return """
      <th>\(comparison.other.name)<small class="below">\(texts.isEmpty ? "" : "with ")\
      \(texts.joined(separator: ", "))</small></th>
      """
  }

  private static func cell(_ interval: BootstrapInterval, _ row: Measure) -> HTML {
    """
    <td><b>\(row.signed(interval.mean))</b><small class="below">\(row.signed(interval.lower)) … \
    \(row.signed(interval.upper))</small></td>
    """
  }
}
