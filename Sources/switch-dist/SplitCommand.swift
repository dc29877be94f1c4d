import ArgumentParser
import Datasets
import Files
import Settings

/// `switch-dist split`: folds for a cross-validation.
struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Divide a data set into folds for cross-validation.",
    discussion: """
      Examples:
        switch-dist split busi.h5 --folds 5 --output folds.csv
        switch-dist split own.h5 --folds 5 --group-by '^(p[0-9]+)_' --output folds.csv
        switch-dist split own.h5 --folds 5 --group-by patients.csv --output folds.csv
        switch-dist train --dataset own.h5 --folds folds.csv --fold 1 --exp fold-1

      All images of all lists are divided, each class alike; images of one group come into one fold. \
      The data set stays as it is: train takes the table with --folds. With --fold K fold K is tested, \
      the next one validates (after the last the first), and the others train, their first images with \
      masks as --labeled-ratio says. Images without a mask train, but for those of a group that is \
      tested or validates. The same names, classes, groups and seed give the same table on every \
      machine, for a folder and for the file made of it.
      """)

  @Argument(
    help: ArgumentHelp("A folder, an .h5 file, or a name under data/.", valueName: "data set"),
    completion: .hdf5)
  var path: String

  @Option(help: ArgumentHelp("Number of folds, 3 or more.", valueName: "count"))
  var folds = 5

  @Option(
    help: ArgumentHelp(
      "A regular expression that finds the patient in an image's name, in its first parentheses, or a "
        + ".csv with the columns name and group.", valueName: "pattern or file"))
  var groupBy: String?

  @Option(help: "Key of the random order of groups and images.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("The .csv to write; an old one is replaced.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var output: String

  func run() throws {
    try requireOneProcess("split")
    guard (FoldTable.fewestFolds...10_000).contains(folds) else {
      throw ConfigurationError(
        "--folds must be \(FoldTable.fewestFolds) or more, not \(folds): train, validation and test need "
          + "one each")
    }
    guard output.hasSuffix(".csv") else {
      throw ConfigurationError("--output must be a file whose name ends in .csv, not \(output)")
    }
    let source = try DatasetSource.open(path, requiresFiles: false)
    let groups = try groupBy.map { text throws(FileError) in
      try ImageGroups(text).groups(of: source.names)
    }
    let table = try FoldDivision(of: source, into: folds, groups: groups, seed: seed).table
    try FileSystem.replace(output, with: table.csv())
    print("\(output): \(table.rows.count) images of \(source.path)")
    for fold in 1...folds {
      let rows = table.rows.filter { $0.fold == fold }
      let count = Set(rows.map(\.group)).count
      print("  fold \(fold)  \(rows.count) images" + (groups == nil ? "" : ", \(count) groups"))
    }
    let others = table.rows.count { $0.fold == nil }
    if others > 0 { print("  in none \(others) images without masks, which always train") }
  }
}
