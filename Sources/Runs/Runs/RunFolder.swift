import Files
import Methods

/// The files of a run.
public struct RunFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// The folder's own name.
  public var name: String { FileSystem.lastComponent(path) }

  public var log: String { "\(path)/log.txt" }
  /// See `RunEvent`.
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
  /// Folders that files are put in place in.
  public var folders: [String] { [path, samples, overlays.folder] }
  public var overlays: OverlayFiles { OverlayFiles(folder: "\(path)/overlays") }
  /// See `ScoreTable`.
  public var scores: String { "\(path)/test_scores.csv" }

  /// Folder of what `test --run` writes.
  public var tests: String { "\(path)/test" }

  /// The weights with the best validation Dice of a phase.
  public func best(_ phase: Phase) -> String { "\(path)/\(phase.key)_best.h5" }

  /// The state to go on from.
  public func last(_ phase: Phase) -> String { "\(path)/\(phase.key)_last.h5" }

  /// The one before it, as long as the phase lasts, if it is not that of an evaluation.
  public func previous(_ phase: Phase) -> String { "\(path)/\(phase.key)_previous.h5" }

  /// The state at the last evaluation before it, as long as the phase lasts: what a run that diverges goes
  /// back to must not depend on where it was interrupted.
  public func evaluated(_ phase: Phase) -> String { "\(path)/\(phase.key)_evaluated.h5" }

  /// What a phase keeps only as long as it lasts.
  public func passing(_ phase: Phase) -> [String] { [previous(phase), evaluated(phase)] }

  /// Every file of a phase that a run may go on from, the usual one first.
  public func states(_ phase: Phase) -> [String] {
    [last(phase)] + passing(phase) + [best(phase)]
  }

  /// Everything of one iteration, counted from 1, and its pictures.
  public func dump(_ phase: Phase, iteration: Int) -> (values: String, pictures: String) {
    let stem = "\(path)/dump_\(phase.key)_\(iteration)"
    return ("\(stem).h5", "\(stem).png")
  }

  /// All checkpoints that are there, in the order of the phases.
  public var checkpoints: [String] {
    Phase.ofFiles.flatMap { [best($0), last($0)] }.filter(FileSystem.exists)
  }

  /// The folder of the run that a checkpoint lies in; nil for a file elsewhere.
  public static func holding(_ checkpoint: String) -> RunFolder? {
    let parent = checkpoint.lastIndex(of: "/").map { checkpoint[..<$0] } ?? "."
    let folder = RunFolder(parent.isEmpty ? "/" : String(parent))
    return FileSystem.exists(folder.configuration) ? folder : nil
  }

  /// Whether a run was begun there: its log is made before anything else.
  public var holdsBeginning: Bool { holdsRun || FileSystem.exists(log) }

  /// Whether checkpoints of an earlier run lie there.
  public var holdsRun: Bool {
    Phase.ofFiles.flatMap(states).contains(where: FileSystem.exists)
  }

  /// Phases that left a state to go on from, or the damaged rest of one, by their keys; the latest first.
  public var resumablePhases: [Phase] {
    Phase.ofFiles.reversed().filter { phase in
      ([last(phase), "\(last(phase)).damaged"] + passing(phase)).contains(where: FileSystem.exists)
    }
  }

  /// The weights that a run is judged by: the best ones of its latest phase, never those of an earlier
  /// one in their place.
  public func weightsToTest() throws(FileError) -> String {
    guard
      let phase = Phase.ofFiles.last(where: {
        FileSystem.exists(best($0)) || resumablePhases.contains($0)
      })
    else {
      throw FileError(path, "the run has no weights to test yet; go on with it by --resume")
    }
    try requireBest(phase)
    return best(phase)
  }

  /// Refuses a phase whose best weights are gone, or were never kept.
  public func requireBest(_ phase: Phase) throws(FileError) {
    guard !FileSystem.exists(best(phase)) else { return }
    let last = last(phase)
    let header = FileSystem.exists(last) ? try CheckpointFile.readHeader(last) : nil
    guard header?.bestScore == nil else {
      throw FileError(
        best(phase),
        "no such file, but \(last) remembers its score: \(remedy(for: phase))")
    }
    throw FileError(
      best(phase),
      "no such file: \(header?.phase ?? phase.name) was not evaluated yet; go on with it by --resume"
    )
  }

  /// What to do where a phase has lost its best weights.
  public func remedy(for phase: Phase) -> String {
    "bring it back, or remove \(path)/\(phase.key)_*.h5 and go on with --resume, which trains the phase "
      + "again"
  }
}
