import Files
import Metrics
import Settings

/// The scores that a run's folder has of one of its files of weights.
enum KnownScores {
  /// What `test --run` has written, and the run's own test where that did not test the same again; none
  /// where the folder has none of these weights, or what it has cannot be read.
  ///
  /// - Parameter digest: of the weights.
  /// - Returns: objects with what was tested, and `summary`, see `ScoreSummary`.
  static func of(
    _ weights: WeightsFile, digest: String, _ role: ModelRole, in folder: RunFolder
  ) -> [JSONValue] {
    var found: [[String: JSONValue]] = []
    for name in FileSystem.names(in: folder.tests) ?? [] where name.hasSuffix("_scores.json") {
      guard let text = try? FileSystem.readText("\(folder.tests)/\(name)"),
        let object = try? JSON.value([String: JSONValue].self, of: text),
        object["weights_digest"]?.text == digest, object["model"]?.text == role.rawValue
      else { continue }
      found.append(object.filter { subject.contains($0.key) || $0.key == summary })
    }
    if let own = ownTest(of: weights, digest: digest, role, in: folder),
      !found.contains(where: { test in subject.allSatisfy { test[$0] == own[$0] } })
    {
      found.insert(own, at: 0)
    }
    return found.map { .object($0) }
  }

  /// What tells one test from another.
  private static let subject = [
    "split", "dataset", "source_digest", "image_size", "precision", "largest_component",
  ]
  private static let summary = "summary"

  /// The test at the end of the run was of its best student; the digests tell whether of this file.
  private static func ownTest(
    of weights: WeightsFile, digest: String, _ role: ModelRole, in folder: RunFolder
  ) -> [String: JSONValue]? {
    let file = FileSystem.lastComponent(weights.path)
    guard role == .student, let run = try? RunRecording(folder.path), !run.scores.isEmpty,
      let tested = run.events(.test).last?[RunField.weights]?.text,
      FileSystem.lastComponent(tested) == file,
      let kept = run.events(.checkpoint).last(where: { $0[RunField.file]?.text == file }),
      kept[RunField.digest]?.text == digest, let start = run.events(.start).last
    else { return nil }
    let size = run.imageSize
    let scores = ScoreSummary(run.scores.map(\.score), width: size, height: size)
    guard let text = try? JSON.text(of: scores, usesSnakeCase: true),
      let value = try? JSON.value(JSONValue.self, of: text)
    else { return nil }
    return [
      "split": .text(TestSplit.test.rawValue), "dataset": start[RunField.data] ?? .null,
      "source_digest": start[RunField.sourceDigest] ?? .null, "image_size": .integer(size),
      "precision": run.setting("precision").map { .text($0) } ?? .null,
      "largest_component": false, summary: value,
    ]
  }
}
