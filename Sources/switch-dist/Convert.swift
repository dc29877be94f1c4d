import ArgumentParser
import Datasets
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

  @Option(
    help: ArgumentHelp(
      "Threads that decode images; their number does not change the file.", valueName: "count"))
  var threads = 2

  @OptionGroup var pixels: PixelFlags

  @Flag(help: "Decode the sources a second time and compare them with what the file gives.")
  var verify = false

  func run() throws {
    try requireOneProcess("convert")
    try requireImageSize(imageSize)
    guard DatasetFile.suffix(of: output) != nil else {
      throw ConfigurationError(
        "--output must be a file whose name ends in .h5 or .hdf5, not \(output)")
    }
    guard (1...256).contains(threads) else {
      throw ConfigurationError("--threads must be in 1 … 256, not \(threads)")
    }
    let console = Console()
    var work = WorkProgress("converting", on: console)
    let source = try DatasetSource.open(
      input, root: ".", imageSize: imageSize, rules: pixels.rules)
    let report = try Conversion.run(
      source, to: output, threads: threads,
      progress: { work.show($0, of: $1) }, notice: { console.write(line: $0) })
    if verify {
      var work = WorkProgress("verifying", on: console)
      let count = try Conversion.verify(
        output, against: source, threads: threads, progress: { work.show($0, of: $1) })
      console.clearProgress()
      print("verified   \(count) images and masks against their sources")
    }
    console.clearProgress()
    describe(report.file, path: output)
    print(
      "  originals  \(rangeText(report.widths)) × \(rangeText(report.heights)) pixels")
  }

  private func rangeText(_ range: ClosedRange<Int>) -> String {
    range.lowerBound == range.upperBound
      ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
  }
}
