import ArgumentParser
import Datasets
import Imaging
import Jobs
import Runs
import Settings
import Telemetry

/// `switch-dist inspect`: what a data set, a checkpoint or a dump holds.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a data set, a checkpoint or a dump holds.",
    discussion: """
      Examples:
        switch-dist inspect busi.h5
        switch-dist inspect --json runs/first/self_last.h5
        switch-dist inspect busi.h5 --thumbnail 3
        switch-dist inspect busi.h5 --export busi

      All of the file is read and compared with the SHA-256 digests that it was written with: a \
      damaged one is an error that names the array or attribute.

      The digest of a checkpoint is the SHA-256 over path, shape and little-endian bytes of every \
      data set in path order: two runs gave the same result if their digests are equal.
      """)

  @Argument(
    help: ArgumentHelp(
      "An .h5 file, of convert, phantom, train, or weights; or a .safetensors file.",
      valueName: "file"),
    completion: .weights)
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Read the header only: no digest is computed, and damaged arrays are not found.")
  var quick = false

  @Option(
    help: ArgumentHelp(
      "Write the images of a data set into a new folder of PNG files and lists, which converts to the same.",
      valueName: "folder"),
    completion: .directory)
  var export: String?

  @Option(
    defaultAsFlag: 1,
    help: ArgumentHelp(
      "Show the first images of a data set, with their masks, in characters.", valueName: "count"))
  var thumbnail: Int?

  func validate() throws {
    guard thumbnail == nil || export == nil, !json || (thumbnail == nil && export == nil) else {
      throw ConfigurationError("--json, --thumbnail and --export are three ways to look: give one")
    }
  }

  func run() throws {
    try requireOneProcess("inspect")
    if let export { return try write(to: export) }
    if let thumbnail { return try show(thumbnail) }
    let description = try FileDescription(path: file, isQuick: quick)
    print(json ? try description.json() : description.text())
  }
  private func write(to folder: String) throws {
    let console = Console()
    let source = try openDataset()
    do {
      var work = WorkProgress("exporting", on: console)
      try source.export(
        to: folder, threads: UsableCores().physicalCount,
        progress: { work.show($0, of: $1) }, notice: { console.write(line: $0) })
    }
    print(
      "\(folder): \(source.count) images of \(source.imageSize)×\(source.imageSize) pixels with masks and "
        + "lists")
  }

  private func show(_ count: Int) throws {
    let source = try openDataset()
    let dataset = try source.dataset()
    let usesColor = Console.resultUsesColor
    for position in 0..<min(max(count, 0), source.count) {
      print(source.names[position])
      let pictures = try [dataset.image(position), dataset.mask(position).visibleMask].map {
        TerminalPicture.lines(of: $0, columns: 36, usesColor: usesColor)
      }
      for (image, mask) in zip(pictures[0], pictures[1]) { print("\(image) \(mask)") }
    }
  }

  /// The argument is a path, not a name under a root.
  private func openDataset() throws -> DatasetSource {
    try DatasetSource.open(file.contains("/") ? file : "./\(file)")
  }
}
