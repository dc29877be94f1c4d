import ArgumentParser
import Checks
import Datasets
import Files
import Report
import Settings
import Telemetry

/// `switch-dist check`: whether a data set can be trusted.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at all of a data set before it is trained on.",
    discussion: """
      Examples:
        switch-dist check data/BUSI --html verdict.html
        switch-dist check Dataset_BUSI_with_GT
        switch-dist check busi.h5 --labeled-ratio 0.1 --strict
        switch-dist check data/BUSI --group-by '^patient_(\\d+)' --json

      Every image and mask is read, at the size of training: files that cannot be used, masks that are \
      empty, full or of another size, images that are black or of one gray, the same or much the same \
      image in different lists, names and patients in two lists. Errors come first; training would \
      fail on them or learn nothing. Exit codes: 0 no error, 1 an error, or with --strict a warning, \
      64 a wrong command line.
      """)

  @Argument(
    help: ArgumentHelp("A folder, an .h5 file, or a name under data/.", valueName: "data set"),
    completion: .hdf5)
  var path: String

  @Option(
    help: ArgumentHelp(
      "The part of the train list whose masks training will use.", valueName: "ratio"))
  var labeledRatio = DataConfiguration().labeledRatio

  @Option(
    help: ArgumentHelp(
      "A regular expression; its first group is the patient in a name.", valueName: "pattern"))
  var groupBy: String?

  @Option(
    help: ArgumentHelp(
      "Side at which images are looked at. (default: an .h5's own, 256 for a folder)",
      valueName: "pixels"))
  var imageSize: Int?

  @Option(help: ArgumentHelp("Threads that decode images.", valueName: "count"))
  var threads = 2

  @OptionGroup var pixels: PixelFlags

  @Flag(help: "Treat warnings as errors.")
  var strict = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp("Write a page with pictures there, too.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  func run() throws {
    try requireOneProcess("check")
    try validateOptions()
    let options = CheckOptions(
      labeledRatio: labeledRatio,
      grouping: try groupBy.map { pattern throws(FileError) in try GroupPattern(pattern) })
    let verdict = try judge(options)
    print(json ? try verdict.json() : verdict.text)
    if verdict.refuses(isStrict: strict) { throw ExitCode.failure }
  }

  private func validateOptions() throws {
    if let imageSize { try requireImageSize(imageSize) }
    try requireThreads(threads)
    guard labeledRatio > 0, labeledRatio <= 1 else {
      throw ConfigurationError("--labeled-ratio must be in (0, 1], not \(labeledRatio)")
    }
  }

  /// Looks at all of it, and writes the page.
  private func judge(_ options: CheckOptions) throws -> Verdict {
    let source: DatasetSource
    do {
      source = try openSource()
    } catch {
      return Verdict(path, cannotOpen: error)
    }
    let console = Console()
    let check = DatasetCheck(source, options)
    check.examineAll(threads: threads) { done, total in
      console.draw(progress: "\(done)/\(total) images")
    }
    console.clearProgress()
    let verdict = check.verdict()
    if let html { try VerdictReport.write(verdict, of: source, to: html) }
    return verdict
  }

  /// A folder of any layout is divided as `convert` would.
  private func openSource() throws(FileError) -> DatasetSource {
    guard FileSystem.isFolder(path) else {
      return try DatasetSource.open(
        path, imageSize: imageSize, rules: pixels.rules, requiresFiles: false)
    }
    return try DatasetSource.open(
      path, layout: nil, imageSize: imageSize ?? DataConfiguration().imageSize, plan: SplitPlan(),
      rules: pixels.rules, requiresFiles: false)
  }
}
