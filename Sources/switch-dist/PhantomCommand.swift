import ArgumentParser
import Datasets
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

      For trying things out and for tests: speckle, tissue layers, shadows, and in each image one \
      lesion that brightness alone does not find. The same seed gives the same images.
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

  @Option(help: ArgumentHelp("Threads that draw images.", valueName: "count"))
  var threads = 2

  func run() throws {
    try requireOneProcess("phantom")
    try requireImageSize(imageSize)
    let phantom = try Phantom(count: count, size: imageSize, seed: seed)
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
