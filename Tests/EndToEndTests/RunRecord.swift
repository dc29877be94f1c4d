import Digests
import TestSupport

/// Everything of a run that must not depend on how it was carried out.
struct RunRecord: Equatable {
  /// Digests of the checkpoints as `inspect` tells them, by name.
  var digests: [String: String] = [:]
  /// SHA-256 of the checkpoint files themselves, header and all, by name.
  var files: [String: String] = [:]
  /// Losses and validation scores as `metrics.jsonl` holds them, without times.
  var history: [String] = []
  /// Content of `test_scores.csv`.
  var scores = ""

  init(of runFolder: String, in workspace: Workspace) throws {
    for name in ["pre_best", "pre_last", "self_best", "self_last"] {
      let file = "\(runFolder)/\(name).h5"
      guard workspace.folder.exists(file) else { continue }
      digests[name] = try workspace.inspect(file)["digest"] as? String
      var hash = SHA256()
      hash.update(try workspace.folder.read(file))
      files[name] = hash.finalize()
    }
    for kind in ["iteration", "validation"] {
      for event in try workspace.events(runFolder, kind) {
        let values = event.filter { !["images_per_second", "seconds", "time"].contains($0.key) }
        history.append(values.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " "))
      }
    }
    scores = String(
      decoding: try workspace.folder.read("\(runFolder)/test_scores.csv"), as: UTF8.self)
  }

  /// Trains to the end and tells the record.
  static func ofTraining(
    ranks: Int = 1, threads: Int = 1, _ arguments: [String] = [],
    environment: [String: String?] = [:]
  ) throws -> RunRecord {
    let workspace = try Workspace()
    let outcome = try workspace.train(
      "run", ranks: ranks, threads: threads, arguments, environment: environment)
    guard outcome.exitCode == 0 else { throw UnexpectedOutput(text: outcome.output) }
    return try RunRecord(of: "run", in: workspace)
  }
}

/// Undisturbed runs on one rank and one thread, each made once.
enum Reference {
  /// A rate that diverges after an evaluation; the run goes back to the last one, and where that was bad
  /// to the best one.
  static let tooFast = [
    "--img-size", "32", "--batch-size", "8", "--learning-rate", "5", "--eval-every", "2",
    "--self-iters", "0",
  ]
  static let rollback = ["--on-divergence", "rollback", "--divergence-retries", "12"]

  /// A run that goes back.
  static let cured = Result { try RunRecord.ofTraining(tooFast + rollback) }

  private static let batch16 = Result { try RunRecord.ofTraining(["--batch-size", "16"]) }
  private static let batch24 = Result { try RunRecord.ofTraining(["--batch-size", "24"]) }

  static func record(batchSize: Int = 16) throws -> RunRecord {
    try (batchSize == 16 ? batch16 : batch24).get()
  }
}
