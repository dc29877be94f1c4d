import ArgumentParser
import Checks
import Datasets
import Files
import Settings
import Telemetry

/// `switch-dist convert`: a folder of PNG files to one HDF5 file.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a folder of PNG files into one HDF5 data set.",
    discussion: """
      Examples:
        switch-dist convert --input data/BUSI --output busi.h5

      The folder holds images/, labels/ and the lists train.txt, val.txt and test.txt. Training \
      from the file gives the same result, bit for bit, as training from the folder.

      What is wrong with the images is said as by switch-dist check: errors, all of them, leave no \
      file, warnings do with --strict only.
      """)

  @Option(
    help: ArgumentHelp("The folder to read.", valueName: "folder"),
    completion: .directory)
  var input: String

  @Option(
    help: ArgumentHelp("The .h5 file to write; an old one is replaced.", valueName: "file"),
    completion: .hdf5)
  var output: String

  @Option(
    help: ArgumentHelp(
      "Side of the stored images in pixels; a multiple of 16, at least 32.", valueName: "pixels"))
  var imageSize = DataConfiguration().imageSize

  @Option(help: ArgumentHelp("Threads that decode images.", valueName: "count"))
  var threads = 2

  @Flag(help: "Treat warnings about the images as errors.")
  var strict = false

  func run() throws {
    try requireOneProcess("convert")
    try requireImageSize(imageSize)
    guard output.hasSuffix(".h5") else {
      throw ConfigurationError("--output must be a file whose name ends in .h5, not \(output)")
    }
    guard (1...256).contains(threads) else {
      throw ConfigurationError("--threads must be in 1 … 256, not \(threads)")
    }
    let console = Console()
    let source = try DatasetSource.open(
      input, root: ".", imageSize: imageSize, requiresFiles: false)
    let check = DatasetCheck(source, try CheckOptions())
    let report = try Conversion.run(
      source, to: output, threads: threads,
      progress: { done, total in console.draw(progress: "\(done)/\(total) images") },
      notice: { console.write(line: $0) },
      examine: check.examine,
      approve: { () throws(FileError) in try judge(check.verdict(), on: console) })
    console.clearProgress()
    describe(report.file, path: output)
    print(
      "  originals  \(rangeText(report.widths)) × \(rangeText(report.heights)) pixels")
  }

  /// Says what was found; what alone refuses the file is the command's own line.
  private func judge(_ verdict: Verdict, on console: Console) throws(FileError) {
    console.clearProgress()
    let refused = verdict.findings.filter {
      $0.severity == .error || strict && $0.severity == .warning
    }
    let said = refused.count == 1 ? [] : verdict.findings.filter { $0.severity != .note }
    for finding in said { console.write(line: "\(finding.severity.rawValue): \(finding.line)") }
    guard let first = refused.first else { return }
    throw FileError(
      verdict.path,
      refused.count == 1
        ? first.line : "\(verdict.counts), see above; \(output) was not written")
  }

  private func rangeText(_ range: ClosedRange<Int>) -> String {
    range.lowerBound == range.upperBound
      ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
  }
}
