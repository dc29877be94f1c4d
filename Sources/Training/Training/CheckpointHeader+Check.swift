import Files
import Runs
import Settings

extension CheckpointHeader {
  /// Refuses to go on from the checkpoint at `path` with other settings or data than its own.
  ///
  /// - Parameters:
  ///   - action: what was to be done with it, for the message.
  ///   - isRelevant: says by its dotted name whether a setting counts.
  func check(
    _ path: String, _ action: String, _ context: RunContext,
    where isRelevant: (_ name: String) -> Bool = { _ in true }
  ) throws {
    let stored = try settings(of: path)
    let differences = try context.configuration.differences(from: stored, where: isRelevant)
    guard differences.isEmpty else {
      throw FileError(
        path, "cannot be \(action) with other settings: \(differences.joined(separator: "; "))")
    }
    let isSameData =
      contentDigest.map { $0 == context.contentDigest }
      ?? (sourceDigest == context.dataset.sourceDigest)
    guard isSameData else {
      throw FileError(path, "was trained on other data than --dataset gives now")
    }
  }
}
