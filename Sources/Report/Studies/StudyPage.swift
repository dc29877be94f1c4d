import Files
import Metrics
import Runs
import Studies
import Telemetry

/// The page of a study, which needs nothing else.
struct StudyPage {
  let results: StudyResults
  let table: StudyTable
  let runs: StudyRuns

  func html() -> String {
    let sections: [HTML] = [
      header, results(of: table), differences, dots, curves, cases, list, missing,
    ]
    return HTML.page(title: "\(table.title) · study", sections).markup
  }

  private var header: HTML {
    let axes = results.study.plan.axes.map {
      "\($0.name): \($0.values.joined(separator: ", "))"
    }
    let state: HTML =
      table.doneCount == table.plannedCount
      ? ""
      : "<p class=\"notice\">Not finished: \(table.doneCount) of \(table.plannedCount) runs are done.</p>"
    let warnings = table.warnings.map { "<p class=\"notice\">Note: \($0).</p>" as HTML }
    return """
      <header><p class="kicker">switch-dist study</p><h1>\(table.title)</h1>
      <p class="lead">\(axes.joined(separator: "; "))</p>\(state)\(HTML(warnings))</header>
      """
  }

  // MARK: Tables

  private func results(of table: StudyTable) -> HTML {
    let further = table.further
    let more: HTML =
      further.isEmpty ? "" : "<h3>Further measures</h3>\(settings(further))"
    return HTML.section(
      "Results",
      """
      \(settings(StudyTable.shown))\(more)<p class="note">Mean over the seeds of each seed’s mean, ± their standard \
      deviation (of a sample). Undefined values are left out and counted; penalized distances count the image’s \
      diagonal for them.</p>
      """)
  }

  /// A line for each setting.
  private func settings(_ measures: [Measure]) -> HTML {
    let head = measures.map { "<th>\($0.name) <small>\($0.longUnit)</small></th>" as HTML }
    let rows = table.rows.map { row -> HTML in
      let names = row.coordinates.enumerated().map { index, coordinate -> HTML in
        index == 0 ? "<th>\(coordinate.value)</th>" : "<td>\(coordinate.value)</td>"
      }
      let count: HTML =
        row.doneCount == row.plannedCount
        ? "\(row.cells.first?.seedCount ?? 0)" : "\(row.doneCount) of \(row.plannedCount) runs"
      let cells = zip(measures, table.cells(row, measures)).map(Self.cell)
      return "<tr>\(HTML(names))<td>\(count)</td>\(HTML(cells))</tr>"
    }
    let axes = table.axes.map { "<th>\($0)</th>" as HTML }
    return """
      <div class="wide"><table><thead><tr>\(HTML(axes))<th>seeds</th>\(HTML(head))</tr></thead>\
      <tbody>\(HTML(rows))</tbody></table></div>
      """
  }

  private static func cell(_ measure: Measure, _ cell: StudyTable.Cell) -> HTML {
    guard let mean = cell.mean else { return "<td>\(cell.imageCount > 0 ? "undefined" : "")</td>" }
    let deviation = cell.deviation.map { " ± \(measure.text($0))" } ?? ""
    let undefined =
      cell.undefinedCount > 0 ? "\(cell.undefinedCount) of \(cell.imageCount) undefined" : ""
    return
      "<td><b>\(measure.text(mean))</b>\(deviation)<small class=\"below\">\(undefined)</small></td>"
  }

  private var differences: HTML {
    guard !table.differences.isEmpty else { return "" }
    let head = StudyTable.shown.map {
      "<th>\($0.name) <small>\($0.longUnit)</small></th>" as HTML
    }
    let rows = table.comparisons.map { Self.row(table.shown($0)) }
    let settings = table.settingLines.map { "<p class=\"note\">\($0).</p>" as HTML }
    return HTML.section(
      "Settings against each other",
      """
      <div class="wide"><table><thead><tr><th>difference</th><th>the first is</th>\(HTML(head))\
      <th>seeds</th><th>images</th></tr></thead><tbody>\(HTML(rows))</tbody></table></div>
      <p class="note">Mean difference on the same images with the same seeds, and a 95 % interval over both images \
      and seeds (pigeonhole bootstrap: both are drawn, \(BootstrapInterval.resamples) times). Of one seed it covers \
      images alone; of two to four it is too narrow. HD95 and ASD are compared on images in which no mask is empty; \
      <code>differences.csv</code> has them with a penalty, and all other measures. Better and worse go by Dice; \
      undecided: its interval contains 0.</p>\(HTML(settings))
      """)
  }

  private static func row(_ measures: [StudyTable.Difference]) -> HTML {
    guard let first = measures.first else { return "" }
    let verdict: HTML =
      first.verdict.map { "<span class=\"verdict \($0.rawValue)\">\($0.rawValue)</span>" }
      ?? "\(StudyTable.notCompared)"
    let cells = measures.map { difference -> HTML in
      guard let interval = difference.interval else { return "<td>undefined</td>" }
      let measure = difference.measure
      return """
        <td><b>\(measure.signed(interval.mean))</b><small class="below">\(measure.signed(interval.lower)) … \
        \(measure.signed(interval.upper))</small><small class="below">\(difference.fewerImages(than: first))</small></td>
        """
    }
    return """
      <tr><th>\(first.value) − \(first.other)<small class="below">\(first.place)</small></th><td>\(verdict)</td>\
      \(HTML(cells))<td>\(first.interval?.seedCount ?? 0)</td><td>\(first.interval?.imageCount ?? 0)</td></tr>
      """
  }

  // MARK: Pictures

  private var dots: HTML {
    let figures = StudyTable.shown.compactMap { measure in
      SeedDots(
        measure: measure,
        rows: table.rows.map { ($0.name, table.cells($0, [measure]).first?.means ?? []) }
      ).figure()
    }
    return figures.isEmpty
      ? "" : HTML.section("Seeds", "<div class=\"pair\">\(HTML(figures))</div>")
  }

  private var curves: HTML {
    let charts = [
      chart("Validation Dice, mean and range over seeds", .validation, RunField.dice),
      chart(
        "Teacher’s masks of unlabeled images against the truth", .pseudoLabels,
        RunField.teacherDice),
    ].compactMap { $0 }
    return charts.isEmpty
      ? "" : HTML.section("Curves", "<div class=\"pair\">\(HTML(charts))</div>")
  }

  private func chart(_ title: String, _ event: RunEvent, _ key: String) -> HTML? {
    let bands = results.groups.map { group in
      BandChart.Band(
        group.name, group.runs.compactMap { $0.recording.series(event) { $0 == key }.first })
    }
    return BandChart(title: title, yTitle: "Dice", bands: bands).figure()
  }

  private static let mostCases = 6

  /// The images that all runs which were tested on them find hardest.
  private var cases: HTML {
    let runs = results.groups.flatMap(\.runs)
    var values: [String: [Double]] = [:]
    for row in runs.flatMap(\.recording.scores) {
      values[row.name, default: []].append(row.score.dice)
    }
    let most = values.values.map(\.count).max()
    let hardest = values.filter { $0.value.count == most }
      .map { (name: $0.key, dice: $0.value.reduce(0, +) / Double($0.value.count)) }
      .sorted { ($0.dice, $0.name) < ($1.dice, $1.name) }.prefix(Self.mostCases)
    guard runs.count > 1, !hardest.isEmpty else { return "" }
    let figures = hardest.compactMap { image -> HTML? in
      let shown = results.groups.compactMap(\.runs.first).first { run in
        FileSystem.exists(run.recording.folder.overlays.overlay(of: image.name))
      }
      return shown.map { run in
        PictureFiles.figure(
          run.recording.folder.overlays.overlay(of: image.name),
          caption:
            "\(image.name): Dice \(decimalText(image.dice * 100, places: 1)) % in the mean of all runs"
        )
      }
    }
    return HTML.section(
      "Hardest images of all runs",
      """
      <p class="note"><span class="key"><i class="truth"></i>outline by hand</span>\
      <span class="key"><i class="prediction"></i>prediction of one of the runs</span>\
      <span class="key"><i class="both"></i>both</span></p>\
      <div class="pictures three">\(HTML(figures))</div>
      """)
  }

  private var list: HTML { runs.rows.isEmpty ? "" : HTML.section("Runs", runs.table()) }

  private var missing: HTML {
    guard !results.failures.isEmpty else { return "" }
    let rows = results.failures.map { point, failure -> HTML in
      "<tr><th>\(point.name)</th><td>\(failure.message)</td></tr>"
    }
    return HTML.section("Runs that failed", "<table class=\"list\">\(HTML(rows))</table>")
  }
}
