import ArgumentParser
import Training

/// Flags that choose the images.
struct DataOptions: ParsableArguments {
  private static let defaults = DataConfiguration()

  @Option(
    help: ArgumentHelp(
      "A name under --data-root, a folder or an .h5 file. (default: a synthetic set)",
      valueName: "dataset"),
    completion: .file())
  var dataset: String?

  @Option(
    help: ArgumentHelp("Folder in which data sets have names.", valueName: "folder"),
    completion: .directory)
  var dataRoot = DataOptions.defaults.root

  @Option(
    help: ArgumentHelp(
      """
      Side of the images in pixels; a multiple of 16, at least 32. \
      \(ScheduleOptions.defaultText(\.data.imageSize))
      """, valueName: "pixels"))
  var imgSize: Int?

  @Option(
    help: ArgumentHelp(
      "Part of the train list whose labels are used, from its beginning; 0 < ratio <= 1.",
      valueName: "ratio"))
  var labeledRatio = DataOptions.defaults.labeledRatio

  @Option(help: ArgumentHelp("Channels of an image; must be 1.", valueName: "count"))
  var inChannels = DataOptions.defaults.inputChannelCount

  @Option(help: ArgumentHelp("Background and lesion; must be 2.", valueName: "count"))
  var numClasses = DataOptions.defaults.classCount

  func apply(to configuration: inout RunConfiguration) {
    configuration.data.dataset = dataset
    configuration.data.root = dataRoot
    if let imgSize { configuration.data.imageSize = imgSize }
    configuration.data.labeledRatio = labeledRatio
    configuration.data.inputChannelCount = inChannels
    configuration.data.classCount = numClasses
  }
}
