import Files
import Inference
import Runs
import Settings

extension CheckpointHeader {
  /// Refuses to use the checkpoint at `path` with other settings than its own.
  ///
  /// - Parameters:
  ///   - action: what was to be done with it, for the message.
  ///   - folder: of the run, which keeps its options.
  ///   - isRelevant: says whether an option counts.
  func checkSettings(
    _ path: String, _ action: String, _ configuration: RunConfiguration, in folder: RunFolder,
    where isRelevant: (RunOption) -> Bool = { _ in true }
  ) throws(FileError) {
    let differences = configuration.differences(from: try settings(of: path), where: isRelevant)
    guard !differences.isEmpty else { return }
    let all =
      FileSystem.exists(folder.options)
      ? ", or leave all options to --config \(folder.options)" : ""
    throw FileError(
      path,
      "cannot be \(action) with other settings: \(differences.joined(separator: "; ")); give these as "
        + "they were\(all)")
  }

  /// Refuses to use the checkpoint at `path` with other settings or data than its own.
  func check(
    _ path: String, _ action: String, _ context: RunContext,
    where isRelevant: (RunOption) -> Bool = { _ in true }
  ) throws(FileError) {
    try checkSettings(path, action, context.configuration, in: context.folder, where: isRelevant)
    let isSameData =
      contentDigest.map { $0 == context.contentDigest }
      ?? (sourceDigest == context.dataset.sourceDigest)
    guard isSameData else {
      throw FileError(
        path,
        "was trained on other data than --dataset gives now\(Self.dataOfRun(context))")
    }
  }

  /// Which data set a run began with, as the end of a sentence; empty where nobody knows.
  private static func dataOfRun(_ context: RunContext) -> String {
    guard let run = try? RunConfiguration(ofRun: context.folder) else { return "" }
    guard let name = run.data.dataset else { return ": the run began without one" }
    let own = context.configuration.data
    let isSame = (own.dataset, own.root) == (name, run.data.root)
    return isSame
      ? ": the files have changed since"
      : ": the run began with \(name) (data root \(run.data.root))"
  }
}
