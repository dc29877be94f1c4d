import ArgumentParser
import Datasets
import Files
import Phantoms
import Settings
import Telemetry

/// `switch-dist phantom`: a synthetic data set.
struct PhantomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phantom",
    abstract: "Write synthetic breast-ultrasound images with lesion masks.",
    discussion: """
      Examples:
        switch-dist phantom --output phantom.h5 --count 500 --image-size 128
        switch-dist phantom --output two.h5 --domain-shift portable --shifted-part 0.7

      For trying things out and for tests: speckle, tissue layers, shadows, and in each image one \
      lesion that brightness alone does not find. The same seed gives the same images.

      With --domain-shift a part of each list comes from another scanner: gain in decibels, size of the \
      speckle's grains and frequency over the usual ones, a linear or curved probe. The breast and its \
      lesion stay as they are. These images are the last of each list, so that the labeled ones, its \
      first, are of the usual scanner, and their names end in the shift.
      """)

  @Option(
    help: ArgumentHelp(
      "An .h5 file, or else a new folder of PNG files and lists.", valueName: "path"),
    completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Number of images.", valueName: "count"))
  var count = 200

  @Option(help: "Key of all random numbers.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Side of the images in pixels; a multiple of 16, at least 32.", valueName: "pixels"))
  var imageSize = DataConfiguration().imageSize

  @Option(
    help: ArgumentHelp(
      "Another scanner: \(DomainShift.named.map(\.key).joined(separator: ", ")), or such as "
        + "gain=-6,speckle=1.5,frequency=0.7,probe=curved. Given again: a further one.",
      valueName: "shift"))
  var domainShift: [String] = []

  @Option(
    help: ArgumentHelp(
      "Part of each list that has a shift, from its end. (default: 0.5)", valueName: "part"))
  var shiftedPart: Double?

  @Option(help: ArgumentHelp("Threads that draw images.", valueName: "count"))
  var threads = 2

  func run() throws {
    try requireOneProcess("phantom")
    try requireImageSize(imageSize)
    guard shiftedPart == nil || !domainShift.isEmpty else {
      throw ConfigurationError("--shifted-part needs --domain-shift, which says what is another")
    }
    let phantom = try Phantom(
      count: count, size: imageSize, seed: seed,
      shifts: domainShift.map { text throws(FileError) in try DomainShift(text) },
      shiftedPart: shiftedPart ?? 0.5)
    let console = Console()
    var work = WorkProgress("drawing", on: console)
    try phantom.write(
      to: output, threads: threads,
      progress: { work.show($0, of: $1) }, notice: { console.write(line: $0) })
    console.clearProgress()
    if DatasetFile.suffix(of: output) != nil {
      describe(try DatasetFile.describe(output), path: output)
    } else {
      print("\(output): \(count) images of \(imageSize)×\(imageSize) pixels with masks and lists")
    }
  }
}
