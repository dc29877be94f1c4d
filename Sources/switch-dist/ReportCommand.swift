import ArgumentParser
import Files
import Report
import Settings
import Studies

/// `switch-dist report`: a run on one page.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a run's report.html, beside other runs if wanted.",
    discussion: """
      Examples:
        switch-dist report --run runs/first
        switch-dist report --run runs/first --compare runs/copy-paste runs/labeled
        switch-dist report --study studies/busi

      Of a study, finished or not: table.txt, .md, .tex, .csv, differences.csv and study.html in its folder.

      One page that needs nothing else: results with intervals, curves, cases, data, time, \
      configuration, provenance. Each training run writes its own at its end.
      """)

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Folder of a run, finished or not.", valueName: "folder"),
    completion: .directory)
  var runFolder: String?

  @Option(
    help: ArgumentHelp("Folder of a study instead of a run.", valueName: "folder"),
    completion: .directory)
  var study: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Folders of runs to set beside it, image by image.", valueName: "folder"),
    completion: .directory)
  var compare: [String] = []

  @Option(
    help: ArgumentHelp(
      "File to write. (default: report.html in the run's folder)", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String?

  func run() throws {
    try requireOneProcess("report")
    if let study { return try write(study: study) }
    guard let runFolder else { throw ConfigurationError("give --run or --study a folder") }
    print(try RunReport.write(run: runFolder, comparedWith: compare, to: output))
  }

  private func write(study: String) throws {
    guard runFolder == nil, compare.isEmpty, output == nil else {
      throw ConfigurationError("--study goes with no other option: its files lie in its folder")
    }
    let (report, page) = try StudyReport.write(Study.read(study))
    print(report.text, page, separator: "\n")
  }
}
