import Glibc
import Methods

/// The files of a run.
public struct RunFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  public var log: String { "\(path)/log.txt" }
  public var metrics: String { "\(path)/metrics.jsonl" }
  /// Folder of event files.
  public var tensorBoard: String { "\(path)/tensorboard" }
  public var configuration: String { "\(path)/configuration.json" }
  /// The same as options of `train`, for `--config`.
  public var options: String { "\(path)/configuration.yaml" }
  /// A few training images, for the report.
  public var samples: String { "\(path)/samples" }
  /// The run on one page.
  public var report: String { "\(path)/report.html" }
  public var overlays: String { "\(path)/overlays" }
  public var scores: String { "\(path)/test_scores.csv" }

  /// The weights with the best validation Dice of a phase.
  public func best(_ phase: PhasePlan.Kind) -> String { "\(path)/\(prefix(phase))_best.h5" }

  /// The state to go on from.
  public func last(_ phase: PhasePlan.Kind) -> String { "\(path)/\(prefix(phase))_last.h5" }

  private func prefix(_ phase: PhasePlan.Kind) -> String {
    switch phase {
    case .preTraining: "pre"
    case .selfTraining: "self"
    }
  }

  /// The folder of the run that a checkpoint lies in; nil for a file elsewhere.
  static func holding(_ checkpoint: String) -> RunFolder? {
    let parent = checkpoint.lastIndex(of: "/").map { checkpoint[..<$0] } ?? "."
    let folder = RunFolder(parent.isEmpty ? "/" : String(parent))
    return exists(folder.configuration) ? folder : nil
  }

  /// Whether checkpoints of an earlier run lie there.
  public var holdsRun: Bool {
    [PhasePlan.Kind.preTraining, .selfTraining].contains {
      Self.exists(best($0)) || Self.exists(last($0))
    }
  }

  /// Whether a run was begun there: its log is made before anything else.
  public var holdsBeginning: Bool { holdsRun || Self.exists(log) }

  /// The latest phase that has a state to go on from.
  public var latestPhase: PhasePlan.Kind? {
    [PhasePlan.Kind.selfTraining, .preTraining].first { Self.exists(last($0)) }
  }

  /// Everything of one iteration, counted from 1, and its pictures.
  func dump(_ phase: PhasePlan.Kind, iteration: Int) -> (values: String, pictures: String) {
    let stem = "\(path)/dump_\(prefix(phase))_\(iteration)"
    return ("\(stem).h5", "\(stem).png")
  }

  /// The weights that a run is judged by: the best ones of its latest phase, never those of an earlier
  /// one in their place.
  func weightsToTest() throws(CheckpointError) -> String {
    let phases = [PhasePlan.Kind.selfTraining, .preTraining]
    guard let phase = phases.first(where: { Self.exists(best($0)) || Self.exists(last($0)) }) else {
      throw CheckpointError(path, "the run has no weights to test yet; go on with it by --resume")
    }
    try requireBest(phase)
    return best(phase)
  }

  /// Refuses a phase whose best weights are gone, or were never kept.
  func requireBest(_ phase: PhasePlan.Kind) throws(CheckpointError) {
    guard !Self.exists(best(phase)) else { return }
    var wasKept = false
    if Self.exists(last(phase)) {
      wasKept = try CheckpointFile.readHeader(last(phase)).bestScore != nil
    }
    throw CheckpointError(
      best(phase),
      wasKept
        ? "no such file, but \(last(phase)) remembers its score: bring it back, or train again under "
          + "another --exp"
        : "no such file: \(phase.name) was not evaluated yet; go on with it by --resume")
  }

  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes the folder with all that are missing above it.
  public func create() throws(CheckpointError) {
    try Self.createFolder(path)
  }

  static func createFolder(_ path: String) throws(CheckpointError) {
    guard !path.isEmpty else {
      throw CheckpointError("\"\"", "an empty name is no folder; name one")
    }
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix == "/" ? String(part) : "/\(part)"
      if mkdir(prefix, 0o777) != 0 && errno != EEXIST {
        throw CheckpointError(
          path, "the folder cannot be made: \(String(cString: strerror(errno)))")
      }
    }
    guard access("\(path)/.", W_OK) == 0 else {
      throw CheckpointError(
        path, "the folder cannot be written to: \(String(cString: strerror(errno)))")
    }
  }
}
