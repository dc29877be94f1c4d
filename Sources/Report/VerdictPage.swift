import Checks
import Datasets
import Telemetry

/// The page of a verdict.
struct VerdictPage {
  /// Pictures of a list, and of a finding, at most: the page of a large set stays small.
  private static let mostOfList = 24
  private static let mostOfFinding = 12

  private let verdict: Verdict
  private let source: DatasetSource
  private let pictures: CasePictures

  init(_ verdict: Verdict, _ source: DatasetSource) {
    self.verdict = verdict
    self.source = source
    pictures = CasePictures(source)
  }

  func html() -> String {
    let sections = [header, findings, numbers] + source.splits.titled.map(sheet)
    return HTML.page(title: "\(verdict.name) · verdict", sections).markup
  }

  private var header: HTML {
    let tiles = [
      ("Images", verdict.images), ("Errors", verdict.errors), ("Warnings", verdict.warnings),
      ("Notes", verdict.notes),
    ].map { name, count -> HTML in
      "<div class=\"tile\"><span>\(name)</span><b>\(count)</b></div>"
    }
    return """
      <header><p class="kicker">switch-dist check</p><h1>\(verdict.name)</h1>
      <p class="lead">\(verdict.path): images of \(verdict.sizeText), looked at as \
      \(verdict.imageSize)×\(verdict.imageSize)</p><div class="tiles">\(HTML(tiles))</div></header>
      """
  }

  // MARK: Findings

  private var findings: HTML {
    guard !verdict.findings.isEmpty else {
      return HTML.section("Findings", "<p class=\"note\">None.</p>")
    }
    return HTML.section("Findings", HTML(verdict.findings.map(article), separator: "\n"))
  }

  private func article(_ finding: Finding) -> HTML {
    let remedy: HTML = finding.remedy.isEmpty ? "" : "<p class=\"note\">\(finding.remedy)</p>"
    return """
      <article class="finding" data-severity="\(finding.severity.rawValue)"><p class="kind"><b>\
      \(finding.severity.rawValue)</b> \(finding.kind.rawValue)</p><p>\(finding.text)</p>\(remedy)\
      \(finding.groups.isEmpty ? single(finding.names) : grouped(finding.groups))</article>
      """
  }

  private func single(_ names: [String]) -> HTML {
    let shown = names.prefix(Self.mostOfFinding).compactMap { pictures.figure($0) }
    guard !shown.isEmpty else { return "" }
    return sheet(shown) + rest(names.count - Self.mostOfFinding)
  }

  /// Each group in a row of its own.
  private func grouped(_ groups: [[String]]) -> HTML {
    let rows = groups.prefix(Self.mostOfFinding).map { group in
      sheet(group.prefix(4).compactMap { pictures.figure($0, caption: placed($0)) })
        + rest(group.count - 4)
    }
    return HTML(rows) + rest(groups.count - Self.mostOfFinding, "groups")
  }

  private func placed(_ name: String) -> String {
    let titles = source.splits.titled.filter { list in
      list.positions.contains { source.names[$0] == name }
    }
    return "\(name), \(titles.map(\.title).joined(separator: " and "))"
  }

  private func rest(_ count: Int, _ kind: String = "images") -> HTML {
    count > 0 ? "<p class=\"note\">and \(count) more \(kind)</p>" : ""
  }

  // MARK: Numbers and pictures

  private var numbers: HTML {
    func percent(_ share: Double) -> String { decimalText(share * 100, places: 1) }
    let rows = verdict.lists.map { list -> HTML in
      let shares = (0..<5).map { index -> HTML in
        let text = index < list.lesionShares.count ? percent(list.lesionShares[index]) : ""
        return "<td>\(text)</td>"
      }
      return """
        <tr><th>\(list.title)</th><td>\(list.images)</td><td>\(list.masks)</td>\
        <td>\(list.emptyMasks)</td>\(HTML(shares))</tr>
        """
    }
    return HTML.section(
      "Lists",
      """
      <div class="wide"><table><thead><tr><th>list</th><th>images</th><th>masks</th>\
      <th>empty masks</th><th>smallest lesion, % of the image</th><th>first quartile</th>\
      <th>median</th><th>third quartile</th><th>largest</th></tr></thead>\
      <tbody>\(HTML(rows))</tbody></table></div>
      """)
  }

  private func sheet(_ list: (title: String, positions: [Int])) -> HTML {
    let names = list.positions.prefix(Self.mostOfList).map { source.names[$0] }
    let count = list.positions.count
    let title = count > names.count ? "first \(names.count) of \(count) images" : "\(count) images"
    return HTML.section(
      "\(list.title): \(title)", sheet(names.compactMap { pictures.figure($0) }))
  }

  private func sheet(_ figures: [HTML]) -> HTML { "<div class=\"pictures\">\(HTML(figures))</div>" }
}
