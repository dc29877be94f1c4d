import ArgumentParser
import Files
import Report
import Settings

/// `switch-dist report`: a run on one page.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a run's report.html, beside other runs if wanted.",
    discussion: """
      Examples:
        switch-dist report --run runs/first
        switch-dist report --run runs/first --compare runs/copy-paste runs/labeled

      One page that needs nothing else: results with intervals, curves, cases, data, time, \
      configuration, provenance. Each training run writes its own at its end.
      """)

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Folder of a run, finished or not.", valueName: "folder"),
    completion: .directory)
  var runFolder: String

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
    print(try RunReport.write(run: runFolder, comparedWith: compare, to: output))
  }
}
