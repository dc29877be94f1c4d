import Foundation
import Settings
import TestSupport
import Testing

/// `report.html`, as its writer and its reader see it.
@Suite(.serialized) struct ReportTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func train(_ name: String, _ arguments: [String] = []) throws {
    let outcome = try workspace.train(name, arguments)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
  }

  private func text(_ file: String) throws -> String {
    String(decoding: try workspace.folder.read(file), as: UTF8.self)
  }

  private static let script = """
    <pre id="probe"></pre><script>
    var found=[],charts=document.querySelectorAll('svg');
    charts.forEach(function(svg){var box=svg.getBoundingClientRect();
      if(box.width<100||box.height<40)found.push('small chart')});
    found.push('charts '+charts.length);
    document.querySelectorAll('h2').forEach(function(title){found.push('section '+title.textContent)});
    var images=Array.from(document.images);
    found.push('pictures '+images.filter(function(i){return i.complete&&i.naturalWidth>0}).length+'/'+images.length);
    var svg=document.querySelector('[data-curves] svg'),box=svg.getBoundingClientRect();
    svg.dispatchEvent(new PointerEvent('pointermove',{clientX:box.right-8,clientY:box.top+20}));
    found.push('tip '+document.getElementById('tip').innerText.replace(/\\n/g,' '));
    found.push('paper '+getComputedStyle(document.body).backgroundColor);
    found.push('wide '+(document.documentElement.scrollWidth>innerWidth));
    document.getElementById('probe').textContent=found.join(';');
    </script>
    """

  /// Opens the page with a script behind it and hands out what that found, and what the browser
  /// complained about.
  private func look(_ file: String, _ options: [String]) throws -> (found: [String], log: String) {
    let chromium = try #require(ProcessInfo.processInfo.environment["SWITCH_TEST_CHROMIUM"])
    try workspace.folder.write(
      try text(file).replacing("</body>", with: Self.script + "</body>"), to: "probe.html")
    let outcome = try ChildProcess.run(
      [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
        "--user-data-dir=\(workspace.folder.file("browser"))",
        "--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom",
      ] + options + ["file://\(workspace.folder.file("probe.html"))"])
    let page = outcome.standardOutput
    let start = try #require(page.range(of: "<pre id=\"probe\">"), "\(outcome.output.suffix(2000))")
    let found = page[start.upperBound...].prefix { $0 != "<" }
    return (found.split(separator: ";").map(String.init), outcome.standardError)
  }

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["SWITCH_TEST_CHROMIUM"] != nil,
      "SWITCH_TEST_CHROMIUM is not set, as launch/test does"))
  func theReportOfARunInABrowser() throws {
    try train("run")
    try train("other", ["--seed", "6"])
    let written = try text("run/report.html")
    #expect(!written.contains("https://") && !written.contains("src=\"http"))
    for curve in ["ROC curve", "Precision and sensitivity"] {
      #expect(written.contains("<figcaption>\(curve)</figcaption>"))
    }
    #expect(written.contains(/Open MPI v[.0-9a-z]+, HDF5 [.0-9]+</))
    #expect(written.contains("<th>arithmetic version</th><td>\(ArithmeticVersion.current)</td>"))
    let outcome = try workspace.run(
      ["report", "--run", "run", "--compare", "other", "--output", "both.html"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")

    let light = try look("both.html", ["--window-size=1200,900"])
    #expect(!light.log.contains("CONSOLE"), "\(light.log)")
    for section in [
      "Test results", "Against other runs", "Distribution over the test images", "Cases",
      "Training", "Data", "Time and memory", "Configuration", "Provenance",
    ] {
      #expect(light.found.contains("section \(section)"), "\(light.found)")
    }
    #expect(!light.found.contains("small chart"))
    // Dice and IoU; validation, six losses and the rate; speed; distances where there are any.
    let charts = try #require(light.found.first { $0.hasPrefix("charts ") }?.dropFirst(7))
    #expect(try #require(Int(charts)) >= 10)
    let pictures = try #require(light.found.first { $0.hasPrefix("pictures ") }?.dropFirst(9))
    let counts = pictures.split(separator: "/")
    #expect(counts[0] == counts[1] && (Int(counts[0]) ?? 0) >= 6 + 3)
    #expect(light.found.contains { $0.hasPrefix("tip iteration 12 validation Dice ") })
    #expect(light.found.contains("paper rgb(255, 255, 255)"))

    let dark = try look(
      "both.html", ["--window-size=500,900", "--blink-settings=preferredColorScheme=0"])
    #expect(dark.found.contains("paper rgb(20, 24, 29)"), "\(dark.found)")
    #expect(dark.found.contains("wide false"), "\(dark.found)")
  }

  /// A stopped run has a report when asked for; it says that it is one of an unfinished run.
  @Test func anUnfinishedRunHasAReport() throws {
    let stopped = try workspace.train("run", ["--stop-after", "8"])
    #expect(stopped.exitCode == 3)
    let outcome = try workspace.run(["report", "--run", "run"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardOutput == "run/report.html\n")
    let page = try text("run/report.html")
    #expect(page.contains("has not been finished and tested yet"))
    #expect(page.contains("<h2>Training</h2>") && !page.contains("<h2>Test results</h2>"))
  }

  @Test func badInputIsOneLine() throws {
    try train("run", ["--self-iters", "0"])
    try workspace.folder.makeFolder("empty")
    try workspace.folder.makeFolder("taken")
    for (arguments, message) in [
      (["--run", "empty"], "empty: not the folder of a run"),
      (["--run", "run", "--compare", "missing"], "missing: not the folder of a run"),
      (
        ["--run", "run", "--output", "nowhere/report.html"],
        "nowhere/report.html: the report cannot"
      ),
      (["--run", "run", "--output", "taken"], "taken: the report cannot be written"),
    ] {
      let outcome = try workspace.run(["report"] + arguments)
      #expect(outcome.exitCode == 1)
      let lines = outcome.standardError.split(separator: "\n")
      #expect(lines.count == 1 && lines[0].contains(message), "\(outcome.output)")
    }
  }
}
