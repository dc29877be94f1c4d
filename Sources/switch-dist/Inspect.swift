import ArgumentParser
import Runs

/// `switch-dist inspect`: what a data set, a checkpoint or a dump holds.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a data set, a checkpoint or a dump holds.",
    discussion: """
      Examples:
        switch-dist inspect busi.h5
        switch-dist inspect --json runs/first/self_last.h5

      All of the file is read and compared with the SHA-256 digests that it was written with: a \
      damaged one is an error that names the array or attribute.

      The digest of a checkpoint is the SHA-256 over path, shape and little-endian bytes of every \
      data set in path order: two runs gave the same result if their digests are equal.
      """)

  @Argument(
    help: ArgumentHelp("An .h5 file: of convert, phantom, train, or weights.", valueName: "file"),
    completion: .hdf5)
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Read the header only: no digest is computed, and damaged arrays are not found.")
  var quick = false

  func run() throws {
    try requireOneProcess("inspect")
    let description = try FileDescription(path: file, isQuick: quick)
    print(json ? try description.json() : description.text())
  }
}
