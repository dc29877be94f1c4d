import Files
import Metrics
import Runs
import Telemetry

// The table as text, Markdown, LaTeX and CSV.
extension StudyTable {
  static let note =
    "mean ± standard deviation over seeds (n); differences: mean and 95 % interval over images and seeds "
    + "(pigeonhole bootstrap, \(BootstrapInterval.resamples) resamples; of one seed over images alone, of two to "
    + "four too narrow), undecided where it contains 0; HD95 and ASD are over images in which no mask is empty, "
    + "penalized in table.csv and differences.csv"

  package func text() -> String {
    var lines = [heading, ""] + Self.columns([header] + rows.map { cells($0) { "\($0) ± \($1)" } })
    let differing = differenceRows { "\($0) (\($1) … \($2))" }
    if !differing.isEmpty { lines += [""] + Self.columns([differenceHeader] + differing) }
    let remarks = remarks
    if !remarks.isEmpty { lines += [""] + remarks }
    return (lines + ["", Self.note]).joined(separator: "\n") + "\n"
  }

  package func markdown() -> String {
    func table(_ rows: [[String]]) -> [String] {
      guard let first = rows.first else { return [] }
      func line(_ cells: [String]) -> String {
        "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
      }
      return [line(first), "|\(String(repeating: "---|", count: first.count))"]
        + rows.dropFirst().map(line)
    }
    var lines = ["**\(heading)**", ""]
    lines += table([header] + rows.map { cells($0) { "\($0) ± \($1)" } })
    let differing = differenceRows { "\($0) (\($1) … \($2))" }
    if !differing.isEmpty { lines += [""] + table([differenceHeader] + differing) }
    return (lines + remarks.map { "\n\($0)" } + ["", Self.note]).joined(separator: "\n") + "\n"
  }

  /// `\usepackage{booktabs}`.
  package func latex() -> String {
    func table(_ rows: [[String]], left: Int) -> [String] {
      guard let first = rows.first else { return [] }
      let columns =
        String(repeating: "l", count: left) + String(repeating: "r", count: first.count - left)
      return ["\\begin{tabular}{\(columns)}", "\\toprule", Self.latexLine(first), "\\midrule"]
        + rows.dropFirst().map(Self.latexLine) + ["\\bottomrule", "\\end{tabular}"]
    }
    var lines = ["% \(heading.replacing("\n", with: " "))"]
    lines += table([header] + rows.map { cells($0) { "\($0) ± \($1)" } }, left: axes.count)
    let differing = differenceRows { "\($0) (\($1) … \($2))" }
    if !differing.isEmpty {
      lines += ["", "\\medskip", ""] + table([differenceHeader] + differing, left: 1)
    }
    let notes = (remarks + [Self.note]).map { "{\\footnotesize \(Self.latexText($0))\\par}" }
    lines += ["", "\\medskip", ""] + notes
    return lines.joined(separator: "\n") + "\n"
  }

  private static func latexLine(_ cells: [String]) -> String {
    cells.map(latexText).joined(separator: " & ") + " \\\\"
  }

  private static func latexText(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "±": result += "$\\pm$"
      case "−": result += "$-$"
      case "…": result += "\\ldots{}"
      default: result.append(character)
      }
    }
    return result
  }

  /// One line for each setting and measure.
  package func csv() -> String {
    let header =
      axes + [
        "measure", "mean", "sd_over_seeds", "seeds", "undefined", "images", "runs_done",
        "runs_planned",
      ]
    let measures = Self.shown + further
    let lines = rows.flatMap { row -> [[String]] in
      let names = row.coordinates.map(\.value)
      let runs = ["\(row.doneCount)", "\(row.plannedCount)"]
      return zip(measures, cells(row, measures)).map { measure, cell -> [String] in
        let counts = ["\(cell.seedCount)", "\(cell.undefinedCount)", "\(cell.imageCount)"]
        return names + [measure.key, Self.exact(cell.mean), Self.exact(cell.deviation)] + counts
          + runs
      }
    }
    return Self.csv([header] + lines)
  }

  /// One line for each comparison and measure.
  package func differencesCSV() -> String {
    let header = [
      "value", "other", "place", "measure", "difference", "lower", "upper", "seeds", "images",
      "verdict",
    ]
    return Self.csv(
      [header]
        + differences.map { difference in
          let interval = difference.interval
          return [
            difference.value, difference.other, difference.place, difference.measure.key,
            Self.exact(interval?.mean), Self.exact(interval?.lower), Self.exact(interval?.upper),
            "\(interval?.seedCount ?? 0)", "\(interval?.imageCount ?? 0)",
            difference.verdict?.rawValue ?? Self.notCompared,
          ]
        })
  }

  static func csv(_ lines: [[String]]) -> String {
    lines.map { $0.map(CSV.quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  private static func exact(_ value: Double?) -> String {
    value.map { decimalText($0, places: 6) } ?? ""
  }

  // MARK: Cells

  private var heading: String {
    "\(title): \(doneCount) of \(plannedCount) runs"
      + (doneCount < plannedCount ? ", not finished" : "")
  }

  private var header: [String] { axes + ["n"] + Self.shown.map { "\($0.name) \($0.unit)" } }

  private func cells(_ row: Row, _ both: (String, String) -> String) -> [String] {
    let count =
      row.doneCount == row.plannedCount
      ? "\(row.cells.first?.seedCount ?? 0)" : "\(row.doneCount) of \(row.plannedCount) runs"
    return row.coordinates.map(\.value) + [count]
      + zip(Self.shown, cells(row, Self.shown)).map { measure, cell in
        guard let mean = cell.mean else { return cell.imageCount > 0 ? "undefined" : "" }
        let text = cell.deviation.map { both(measure.text(mean), measure.text($0)) }
        return (text ?? measure.text(mean))
          + (cell.undefinedCount > 0 ? " (\(cell.undefinedCount) undef.)" : "")
      }
  }

  private var differenceHeader: [String] {
    ["difference", "Dice is"] + Self.shown.map { "\($0.name) \($0.unit)" } + ["seeds", "images"]
  }

  /// A line for each comparison; of its measures in the order of all.
  private func differenceRows(_ text: (String, String, String) -> String) -> [[String]] {
    comparisons.map { measures in
      guard let first = measures.first else { return [] }
      let cells = shown(measures).map { difference in
        difference.interval.map {
          text(
            difference.measure.signed($0.mean), difference.measure.signed($0.lower),
            difference.measure.signed($0.upper)) + difference.fewerImages(than: first)
        } ?? "undefined"
      }
      return [first.title, first.verdict?.rawValue ?? Self.notCompared] + cells
        + [
          "\(first.interval?.seedCount ?? 0)", "\(first.interval?.imageCount ?? 0)",
        ]
    }
  }

  /// Of the differences of a comparison those that tables show.
  func shown(_ measures: [Difference]) -> [Difference] {
    measures.filter { Self.isShown($0.measure) }
  }

  static let notCompared = "not compared"

  /// What to read with the numbers.
  var remarks: [String] { warnings.map { "note: \($0)" } + settingLines }

  /// All measures of a comparison together.
  var comparisons: [[Difference]] {
    let width = Self.measures.count
    return stride(from: 0, to: differences.count, by: width).map {
      Array(differences[$0..<$0 + width])
    }
  }

  /// What else is not the same between two settings, once for each pair.
  var settingLines: [String] {
    var lines: [String] = []
    for difference in differences where !difference.settings.isEmpty {
      let line =
        "\(difference.value) and \(difference.other) also differ in "
        + difference.settings.map { "\($0.name) (\($0.value), \($0.other))" }.joined(
          separator: ", ")
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  private static func columns(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { text, width in
        text + String(repeating: " ", count: width - text.count)
      }
      return cells.joined(separator: "  ").trimmingSpaces
    }
  }
}

extension StudyTable.Difference {
  var title: String { "\(value) − \(other)\(place.isEmpty ? "" : ", \(place)")" }

  /// On how many images, where that is fewer.
  func fewerImages(than first: Self) -> String {
    guard let interval, let whole = first.interval, interval.imageCount < whole.imageCount else {
      return ""
    }
    return " on \(interval.imageCount)"
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
