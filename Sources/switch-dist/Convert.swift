import ArgumentParser
import Checks
import Datasets
import Files
import Settings
import Telemetry

extension SplitShares: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// `switch-dist convert`: a folder of images to one HDF5 file.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a folder of images into one HDF5 data set.",
    discussion: """
      Examples:
        switch-dist convert --input data/BUSI --output busi.h5
        switch-dist convert --input Dataset_BUSI_with_GT --output busi.h5 --split 70/10/20 --seed 1
        switch-dist convert --input tn3k --layout tn3k --output tn3k.h5
        switch-dist convert --images scans --masks outlines --output own.h5 --group-by '^(p[0-9]+)_'

      Layouts, recognised by what the folder holds:
        lists   images/, labels/ and train.txt, val.txt, test.txt; training from the file gives the \
      same result, bit for bit, as training from the folder
        busi    benign/, malignant/ and normal/ as distributed; the masks of an image are united, and \
      the class is kept
        tn3k    trainval-image/, test-image/ and their masks as distributed; train and val by the first \
      fold, where its file is there
        ddti    image/ and mask/, or p_image/ and p_mask/, as distributed for segmentation
        folder  images/ beside masks/ or labels/, or NAME_mask.png beside NAME.png

      Without lists images are divided by --split, each class alike; images without a mask come to the \
      end of the train list, as unlabeled. The same names, shares and seed give the same lists on every \
      machine.

      What is wrong with the images is said as by switch-dist check: errors, all of them, leave no \
      file, warnings do with --strict only.
      """)

  /// A layout, or whatever the folder shows.
  enum Layout: String, CaseIterable, ExpressibleByArgument {
    case auto, lists, busi, tn3k, ddti, folder

    /// Nil to look at the folder.
    var wanted: DatasetLayout? { DatasetLayout(rawValue: rawValue) }
  }

  @Option(
    help: ArgumentHelp("The folder to read.", valueName: "folder"),
    completion: .directory)
  var input: String?

  @Option(
    help: ArgumentHelp(
      "Instead of --input, with --masks: the folder with the images.", valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "The folder with their masks: NAME.png, NAME_mask.png, NAME_segmentation.png.",
      valueName: "folder"),
    completion: .directory)
  var masks: String?

  @Option(help: "How the folder is laid out.")
  var layout = Layout.auto

  @Option(
    help: ArgumentHelp(
      "Percentages of train, val and test for images without lists. (default: the lists that come "
        + "with the set, else 70/10/20)", valueName: "shares"))
  var split: SplitShares?

  @Option(help: "Key of the random order in which images without lists are divided.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "A regular expression that finds the patient in an image's name, in its first parentheses: a "
        + "patient's images come into one list.", valueName: "pattern"))
  var groupBy: String?

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

  @Flag(help: "Treat warnings about the images as errors.")
  var strict = false

  func run() throws {
    try requireOneProcess("convert")
    try requireImageSize(imageSize)
    guard DatasetFile.suffix(of: output) != nil else {
      throw ConfigurationError(
        "--output must be a file whose name ends in .h5 or .hdf5, not \(output)")
    }
    try requireThreads(threads)
    let console = Console()
    var work = WorkProgress("converting", on: console)
    let source = try openSource { console.write(line: $0) }
    let check = DatasetCheck(source, CheckOptions())
    let report = try Conversion.run(
      source, to: output, threads: threads,
      progress: { work.show($0, of: $1) }, notice: { console.write(line: $0) },
      examine: check.examine,
      approve: { () throws(FileError) in try judge(check.verdict(), on: console) })
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

  private func openSource(notice: (String) -> Void) throws -> DatasetSource {
    var plan = SplitPlan()
    plan.shares = split
    plan.seed = seed
    plan.grouping = try groupBy.map { pattern throws(FileError) in try GroupPattern(pattern) }
    switch (input, images, masks) {
    case (let input?, nil, nil):
      if FileSystem.isFolder(input) {
        return try DatasetSource.open(
          input, layout: layout.wanted, imageSize: imageSize, plan: plan, rules: pixels.rules,
          requiresFiles: false, notice: notice)
      }
      guard layout == .auto, split == nil, groupBy == nil else {
        throw ConfigurationError(
          "--layout, --split and --group-by are for folders, and \(input) is none")
      }
      return try DatasetSource.open(
        input, root: ".", imageSize: imageSize, rules: pixels.rules)
    case (nil, let images?, let masks?):
      return try DatasetSource.open(
        images: images, masks: masks, imageSize: imageSize, plan: plan, rules: pixels.rules)
    default:
      throw ConfigurationError(
        "name what to read: --input with a folder, or --images and --masks with one each")
    }
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
