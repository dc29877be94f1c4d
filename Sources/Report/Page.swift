import Files
import Metrics
import Runs
import Telemetry

/// The report of a run as one page that needs nothing else.
struct Page {
  package let run: RunRecording
  let comparisons: [Comparison]

  func html() -> String {
    let sections: [HTML] = [
      header, results, comparison, distributions, cases, curves, data, timing, configuration,
      provenance,
    ]
    let script: HTML =
      "<div id=\"tip\" role=\"status\"></div><script>\(HTML.verbatim(Style.script))</script>"
    return HTML.page(title: run.name, sections, version: version, script: script).markup
  }

  private var version: String { run.events(.start).last?[RunField.toolVersion]?.text ?? "" }

  // MARK: Head

  private var header: HTML {
    let dataset = run.events(.start).last?[RunField.data]?.text ?? "?"
    let state: HTML =
      run.isFinished
      ? "" : "<p class=\"notice\">This run has not been finished and tested yet.</p>"
    return """
      <header><p class="kicker">switch-dist report</p><h1>\(run.name)</h1>
      <p class="lead">Method <b>\(run.setting("method") ?? "?")</b> on <b>\(dataset)</b>, \
      \(percent(run.setting("data.labeledRatio"))) of the training images labeled, \
      seed \(run.setting("seed") ?? "?")</p>\(state)\(tiles)</header>
      """
  }

  func percent(_ ratio: String?) -> String {
    guard let value = ratio.flatMap(Double.init) else { return "?" }
    let text = decimalText(value * 100, places: 1)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
  }

  private var tiles: HTML {
    var tiles: [HTML] = []
    func tile(_ name: String, _ value: String, _ note: String) {
      tiles.append(
        "<div class=\"tile\"><span>\(name)</span><b>\(value)</b><small>\(note)</small></div>")
    }
    if !run.scores.isEmpty {
      let dice = Measure.dice
      let statistic = dice.statistic(run)
      tile("Test Dice", dice.text(statistic.mean), dice.interval(statistic))
      let surface = Measure.hausdorff95
      let hausdorff = surface.statistic(run)
      tile(
        "HD95", surface.text(hausdorff.mean),
        "pixels, \(run.scores.count - hausdorff.undefinedCount) of \(run.scores.count) images")
    }
    // The tested weights are the best ones of the last phase.
    if let best = run.bestValidation {
      tile(
        "Best validation Dice", decimalText(best.dice * 100, places: 1),
        "%, of \(best.count) evaluations")
    }
    if let speed = run.events(.iteration).last?[RunField.imagesPerSecond]?.number {
      tile("Speed", decimalText(speed, places: 1), "images per second")
    }
    return tiles.isEmpty ? "" : "<div class=\"tiles\">\(HTML(tiles))</div>"
  }

  /// Rows of names and values.
  func list(_ rows: [(name: String, value: String)]) -> HTML {
    let rows = rows.map { "<tr><th>\($0.name)</th><td>\($0.value)</td></tr>" as HTML }
    return "<table class=\"list\">\(HTML(rows))</table>"
  }
}
