import Metrics
import Telemetry

extension Page {
  var comparison: HTML {
    guard !comparisons.isEmpty, !run.scores.isEmpty else { return "" }
    let runs = ([run] + comparisons.map(\.other)).map(summary)
    return section(
      "Against other runs",
      """
      <div class="wide"><table><thead><tr><th>run</th><th>method</th><th>labeled</th><th>seed</th>\
      <th>Dice %</th><th>95 % interval</th><th>IoU %</th><th>HD95 pixels</th><th>ASD pixels</th></tr></thead>\
      <tbody>\(HTML(runs))</tbody></table></div>
      <h3>This run less each other, paired</h3>
      <div class="wide"><table><thead><tr><th>run</th><th>images</th><th>Dice %</th><th>IoU %</th>\
      <th>HD95 pixels</th><th>ASD pixels</th><th>by Dice, this run is</th></tr></thead>\
      <tbody>\(HTML(comparisons.map(differences)))</tbody></table></div>
      <p class="note">Differences image by image, mean and bootstrap 95 % interval; of Dice and IoU in percentage \
      points, where more is better, of distances over the images where both are defined, where less is better. \
      Undecided: the interval contains 0. It covers the choice of test images, not that of the seed.</p>
      """)
  }

  private func summary(_ run: RunRecording) -> HTML {
    let cells = MetricRow.all.enumerated().map { index, row -> HTML in
      guard !run.scores.isEmpty else {
        return index == 0 ? "<td>not tested</td><td></td>" : "<td></td>"
      }
      let statistic = row.statistic(run)
      guard index == 0 else { return "<td>\(row.text(statistic.mean))</td>" }
      let interval = statistic.interval.map { "\(row.text($0.lower)) … \(row.text($0.upper))" }
      return "<td><b>\(row.text(statistic.mean))</b></td><td>\(interval ?? "")</td>"
    }
    let name: HTML = run.path == self.run.path ? "<b>\(run.name)</b>" : "\(run.name)"
    return """
      <tr><th>\(name)</th><td>\(run.setting("method") ?? "")</td>\
      <td>\(percent(run.setting("data.labeledRatio")))</td><td>\(run.setting("seed") ?? "")</td>\
      \(HTML(cells))</tr>
      """
  }

  private func differences(_ comparison: Comparison) -> HTML {
    let name = comparison.other.name
    guard comparison.hasSameData else {
      return row(name, "other data: not compared")
    }
    guard let dice = comparison.dice else {
      return row(name, "\(comparison.commonCount) common images: not compared")
    }
    let cells = MetricRow.all.map { row -> HTML in
      let interval = comparison.difference(row.value)?.interval
      return "<td>\(interval.map { Self.text($0, row) } ?? "undefined")</td>"
    }
    return """
      <tr><th>\(name)</th><td>\(comparison.commonCount)</td>\(HTML(cells))\
      <td><span class="verdict \(dice.verdict.rawValue)">\(dice.verdict.rawValue)</span></td></tr>
      """
  }

  private func row(_ name: String, _ remark: String) -> HTML {
    "<tr><th>\(name)</th><td colspan=\"6\">\(remark)</td></tr>"
  }

  private static func text(_ interval: BootstrapInterval, _ row: MetricRow) -> String {
    func signed(_ value: Double) -> String {
      let text = row.text(abs(value))
      return value < 0 ? "−\(text)" : "+\(text)"
    }
    return "\(signed(interval.mean)) (\(signed(interval.lower)) … \(signed(interval.upper)))"
  }
}
