import Foundation

/// A run trained far enough for masks that are not empty, made once; each test gets its copy.
enum TrainedRun {
  private static let files = Result { try train() }

  /// Puts the run into the workspace as the folder `run`.
  static func copy(into workspace: Workspace) throws {
    for (name, bytes) in try files.get() {
      let file = URL(fileURLWithPath: workspace.folder.file("run/\(name)"))
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file)
    }
  }

  private static func train() throws -> [String: Data] {
    let workspace = try Workspace()
    let outcome = try workspace.train(
      "run", threads: 2, ["--pre-iters", "40", "--self-iters", "4", "--eval-every", "4"])
    guard outcome.exitCode == 0 else { throw UnexpectedOutput(text: outcome.output) }
    let folder = URL(fileURLWithPath: workspace.folder.file("run"))
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let kept = names.filter { !$0.hasSuffix("pre_last.h5") && $0.contains(".") }
    return try Dictionary(
      uniqueKeysWithValues: kept.map { ($0, try Data(contentsOf: folder.appending(path: $0))) })
  }
}
